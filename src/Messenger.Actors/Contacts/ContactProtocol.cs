using System.Collections.Immutable;
using System.Net;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Protocol.Envelopes;

namespace Messenger.Actors.Contacts;

/// <summary>Everything that may be said to a contact's actor, through the contact region.</summary>
public static class ContactProtocol
{
    /// <summary>Marks a message for one contact.</summary>
    public interface IWithContactId
    {
        /// <summary>Which contact.</summary>
        ContactId Contact { get; }
    }

    /// <summary>Changes state; answered after the commit.</summary>
    public interface IContactCommand : IWithContactId;

    /// <summary>Asks without changing state.</summary>
    public interface IContactQuery : IWithContactId;

    /// <summary>Queues a message of the owner; answered by <see cref="QueueResult"/>.</summary>
    /// <param name="Contact">For whom.</param>
    /// <param name="Uuid">The client's id of the message.</param>
    /// <param name="Text">The text.</param>
    /// <param name="IsNew">The uuid was made just now, so that nobody can have used it before.</param>
    public sealed record QueueMessage(ContactId Contact, string Uuid, string Text, bool IsNew = false) : IContactCommand;

    /// <summary>Stores messages of the contact as author; answered by <see cref="MessagesStored"/>.</summary>
    /// <param name="Contact">The author.</param>
    /// <param name="Items">In the order received.</param>
    public sealed record StoreMessages(ContactId Contact, ImmutableArray<IncomingMessage> Items) : IContactCommand;

    /// <summary>The contact showed its key; marks it online and lets the outbox flow. Not answered.</summary>
    public sealed record PeerHeard(ContactId Contact) : IContactCommand;

    /// <summary>The contact showed keys, in a handshake or a ping. Not answered.</summary>
    /// <param name="Contact">Whose.</param>
    /// <param name="Bundle">Its bundle as JSON, not checked yet.</param>
    /// <param name="Have">The counter of our bundle that it has.</param>
    /// <param name="Again">Envelopes of ours that it could not open.</param>
    public sealed record KeysShown(ContactId Contact, string? Bundle, long? Have, ImmutableArray<EnvelopeHash> Again) : IContactCommand
    {
        /// <summary>What its node understands beyond the seed; null when it does not say.</summary>
        public Advertisement? Advertised { get; init; }
    }

    /// <summary>The contact tells that these messages of ours were read; answered by <see cref="ReceiptTaken"/>.</summary>
    /// <param name="Contact">Who has read them.</param>
    /// <param name="Ids">Derived ids.</param>
    public sealed record TakeReceipt(ContactId Contact, ImmutableArray<MessageId> Ids) : IContactCommand;

    /// <summary>Answer to <see cref="TakeReceipt"/>.</summary>
    /// <param name="Status">1; 0 when it names nothing that was written to the contact.</param>
    public sealed record ReceiptTaken(int Status);

    /// <summary>The contact says that it has moved; answered by <see cref="MoveTaken"/>.</summary>
    /// <param name="Contact">Who.</param>
    /// <param name="Change">What it says, not checked yet.</param>
    /// <param name="Source">Where the connection came from.</param>
    public sealed record TakeMove(ContactId Contact, AddressChange Change, IPAddress Source) : IContactCommand;

    /// <summary>Answer to <see cref="TakeMove"/>.</summary>
    /// <param name="Status">1 taken, 0 not.</param>
    /// <param name="Refusal">Why not.</param>
    public sealed record MoveTaken(int Status, string? Refusal = null);

    /// <summary>The owner compared the contact's identity, or takes that back; answered by <see cref="SealingResult"/>.</summary>
    public sealed record SetVerified(ContactId Contact, bool Verified) : IContactCommand;

    /// <summary>
    /// Marks the pinned identity as verified by an invite link that names it; answered by <see cref="SealingResult"/>, not done when another
    /// one is pinned.
    /// </summary>
    /// <param name="Contact">Whose.</param>
    /// <param name="Identity">The identity that the link names, base64url.</param>
    public sealed record VerifyByLink(ContactId Contact, string Identity) : IContactCommand;

    /// <summary>The owner takes or refuses an identity that was offered; answered by <see cref="SealingResult"/>.</summary>
    public sealed record DecideIdentity(ContactId Contact, bool Take) : IContactCommand;

    /// <summary>The owner allows or forbids plain text to a contact that could open sealed messages; answered by <see cref="SealingResult"/>.</summary>
    public sealed record AllowPlaintext(ContactId Contact, bool Allowed) : IContactCommand;

    /// <summary>Marks read up to a message; answered by <see cref="ReadResult"/>.</summary>
    public sealed record MarkRead(ContactId Contact, long Cursor) : IContactCommand;

    /// <summary>Erases one message here; answered by <see cref="EraseResult"/>.</summary>
    public sealed record EraseMessage(ContactId Contact, long Message) : IContactCommand;

    /// <summary>Erases those of several messages that wait for nothing; answered by <see cref="EraseResult"/>, which says whether there was one.</summary>
    public sealed record EraseSettled(ContactId Contact, ImmutableArray<long> Messages) : IContactCommand;

    /// <summary>Erases the whole conversation here; answered by <see cref="EraseResult"/>.</summary>
    public sealed record EraseConversation(ContactId Contact) : IContactCommand;

    /// <summary>Tries to reach the contact now; answered by <see cref="PingResult"/>.</summary>
    public sealed record PingNow(ContactId Contact) : IContactCommand;

    /// <summary>Asks this contact to carry a message to another one; answered by <see cref="RelayAnswer"/>.</summary>
    /// <param name="Contact">The relay.</param>
    /// <param name="Recipient">For whom.</param>
    /// <param name="Message">Number of the message in the recipient's journal.</param>
    /// <param name="Fields">The message.</param>
    public sealed record AskToRelay(ContactId Contact, ContactId Recipient, long Message, OutgoingMessage Fields) : IContactCommand;

    /// <summary>Something changed that the contact must look at: its profile, held messages, being wanted as a relay. Not answered.</summary>
    public sealed record Wake(ContactId Contact, WakeReason Reason) : IContactCommand;

    /// <summary>Asks for the number of the last committed event; answered by <see cref="ContactSequence"/>.</summary>
    public sealed record GetSequence(ContactId Contact) : IContactQuery;

    /// <summary>Asks what the contact is waiting for; answered by <see cref="ContactDiagnostics"/>.</summary>
    public sealed record GetDiagnostics(ContactId Contact) : IContactQuery;

    /// <summary>Why a contact is woken.</summary>
    public enum WakeReason
    {
        /// <summary>The node started: one ping.</summary>
        Started,

        /// <summary>The profile changed: keys, addresses, standing, a handshake to send.</summary>
        ProfileChanged,

        /// <summary>A relayed message was stored for this contact.</summary>
        RelayedWaiting,

        /// <summary>Someone needs it as a relay: ping it if its presence is not known.</summary>
        WantedAsRelay,

        /// <summary>Something is queued and the contact may have left memory.</summary>
        OutboxWaiting,

        /// <summary>A GUI is looking: keep the presence fresh.</summary>
        Watched,
    }

    /// <summary>What became of a message to queue.</summary>
    public abstract record QueueResult
    {
        private QueueResult()
        {
        }

        /// <summary>Committed.</summary>
        /// <param name="Message">Its number.</param>
        public sealed record Queued(long Message) : QueueResult;

        /// <summary>That uuid was queued before with the same text.</summary>
        /// <param name="Message">Its number.</param>
        public sealed record Known(long Message) : QueueResult;

        /// <summary>That uuid was queued before with another text.</summary>
        public sealed record Conflict : QueueResult;

        /// <summary>The contact cannot be written to: pending, blocked or gone.</summary>
        public sealed record NotWritable : QueueResult;

        /// <summary>Too much is being written at once, or nothing can be stored now; nothing was stored.</summary>
        public sealed record Busy : QueueResult;
    }

    /// <summary>Answer to <see cref="StoreMessages"/>: 1 stored or known, 0 not, <see cref="Forged"/>, in the order given.</summary>
    public sealed record MessagesStored(ImmutableArray<int> Statuses)
    {
        /// <summary>The author has not sealed this: answered 0, and the caller is charged.</summary>
        public const int Forged = -1;
    }

    /// <summary>Answer to the owner's decisions about keys.</summary>
    /// <param name="Done">Whether there was something to decide about.</param>
    /// <param name="Now">How it stands now.</param>
    public sealed record SealingResult(bool Done, SealingSummary Now);

    /// <summary>Answer to <see cref="MarkRead"/>.</summary>
    /// <param name="Cursor">The read cursor now; it never goes back.</param>
    public sealed record ReadResult(long Cursor);

    /// <summary>Answer to the erase commands.</summary>
    /// <param name="Found">Whether there was such a message.</param>
    public sealed record EraseResult(bool Found);

    /// <summary>Answer to <see cref="PingNow"/>.</summary>
    /// <param name="Online">Whether the contact answered.</param>
    /// <param name="Detail">What happened, for the owner.</param>
    public sealed record PingResult(bool Online, string Detail);

    /// <summary>Answer to <see cref="AskToRelay"/>.</summary>
    /// <param name="Relay">The relay.</param>
    /// <param name="Recipient">For whom.</param>
    /// <param name="Message">The message's number.</param>
    /// <param name="Status">The relay's status; <see langword="null"/> when it could not be asked.</param>
    public sealed record RelayAnswer(ContactId Relay, ContactId Recipient, long Message, int? Status);

    /// <summary>Answer to <see cref="GetSequence"/>.</summary>
    /// <param name="Contact">Which contact.</param>
    /// <param name="Sequence">Its <see cref="EventNumber"/>; 0 when there is none.</param>
    public sealed record ContactSequence(ContactId Contact, long Sequence);

    /// <summary>Answer to <see cref="GetDiagnostics"/>.</summary>
    /// <param name="Contact">Which contact.</param>
    /// <param name="Outbox">Messages queued or relayed.</param>
    /// <param name="NextTry">When it is tried next, UTC.</param>
    /// <param name="LastError">What went wrong last.</param>
    /// <param name="KeyHeld">Everything is held because the contact refuses our key.</param>
    /// <param name="RelaysAsked">Relays asked, with their last answer.</param>
    /// <param name="BytesStored">Bytes of text stored from this contact.</param>
    public sealed record ContactDiagnostics(
        ContactId Contact, int Outbox, DateTimeOffset? NextTry, string? LastError, bool KeyHeld, ImmutableArray<RelayAsked> RelaysAsked, long BytesStored);

    /// <summary>A relay that was asked.</summary>
    /// <param name="Relay">The relay.</param>
    /// <param name="Message">The message's number.</param>
    /// <param name="At">When it answered, UTC.</param>
    /// <param name="Carries">Whether it carries the message.</param>
    public sealed record RelayAsked(ContactId Relay, long Message, DateTimeOffset At, bool Carries);
}
