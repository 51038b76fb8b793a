using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Messenger.Node.Cluster;
using Messenger.Node.Configuration;
using Messenger.Node.Data;
using Messenger.Node.Peers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>The node itself.</summary>
/// <param name="Address">What friends dial.</param>
/// <param name="Addresses">That and its aliases.</param>
/// <param name="Nick">The name that friends see first; empty for none.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="StartedAt">Since when it runs.</param>
/// <param name="PeerListen">Where peers are heard.</param>
/// <param name="Relay">Whether accepted contacts may relay through it.</param>
/// <param name="Certificate">SHA-256 of the certificate that it shows to peers, base64url; null when they are heard without TLS.</param>
/// <param name="Identity">Fingerprint of its identity, for comparing.</param>
/// <param name="Sealing">Whether messages are sealed for contacts that can open them.</param>
/// <param name="RelayPlaintext">Whether friends who relay are given messages that they can read.</param>
/// <param name="Receipts">Whether authors are told what the owner has read.</param>
/// <param name="Members">The processes that are this node together; null for a node alone.</param>
internal sealed record NodeItem(
    string Address, IReadOnlyList<string> Addresses, string Nick, string Version, DateTimeOffset StartedAt, string PeerListen, bool Relay, string? Certificate,
    string Identity, bool Sealing, bool RelayPlaintext, bool Receipts, IReadOnlyList<Member>? Members = null);

/// <summary>What the node is busy with.</summary>
/// <param name="Contacts">What the contacts wait for, those with something queued first.</param>
/// <param name="Held">What is carried for friends, by recipient.</param>
/// <param name="Refused">The last calls of peers that were refused since the start, newest first.</param>
/// <param name="PossibleAddresses">Names under which friends wrote to this node and that are not its own; --address makes one an alias.</param>
/// <param name="OtherCopies">Signs of a second copy of this node since the start, newest first; empty when there are none.</param>
internal sealed record Diagnostics(
    IReadOnlyList<ContactDiagnosticsItem> Contacts, IReadOnlyList<HeldItem> Held, IReadOnlyList<RefusedCallItem> Refused, IReadOnlyList<string> PossibleAddresses,
    IReadOnlyList<OtherCopyItem> OtherCopies);

/// <summary>A contact that has newer keys of this node than it ever made: a second copy of it, perhaps a restored backup, is running or has run.</summary>
/// <param name="Contact">Id of the contact.</param>
/// <param name="At">When it said so last.</param>
internal sealed record OtherCopyItem(string Contact, DateTimeOffset At);

/// <summary>A call of a peer that was refused.</summary>
/// <param name="At">When.</param>
/// <param name="Action">What it wanted.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="From">Who it claimed to be. Hostile text.</param>
/// <param name="Reason">Why it was refused.</param>
/// <param name="ReasonCode">Stable code of the reason; null when none is known.</param>
internal sealed record RefusedCallItem(DateTimeOffset At, string Action, string Source, string? From, string Reason, ReasonCode? ReasonCode);

/// <summary>What a contact waits for.</summary>
internal sealed record ContactDiagnosticsItem
{
    /// <summary>Id of the contact.</summary>
    public required string Contact { get; init; }

    /// <summary>Where it is dialed first.</summary>
    public required string Address { get; init; }

    /// <summary>Names under which it calls itself or us; never dialed.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>Messages to it that are not delivered.</summary>
    public required int Outbox { get; init; }

    /// <summary>When it is tried next; null when nothing is due.</summary>
    public required DateTimeOffset? NextTry { get; init; }

    /// <summary>What went wrong last; null when nothing did.</summary>
    public required string? LastError { get; init; }

    /// <summary>Stable code of the last error; null when there is none, or none that is known.</summary>
    public required ReasonCode? LastErrorCode { get; init; }

    /// <summary>Whether everything is held because it refuses our key.</summary>
    public required bool KeyHeld { get; init; }

    /// <summary>Since when the keys are in use.</summary>
    public required DateTimeOffset KeysAt { get; init; }

    /// <summary>Bytes of text stored from it; null when it is not in memory.</summary>
    public required long? BytesStored { get; init; }

    /// <summary>Relays that were asked, with their last answer.</summary>
    public required IReadOnlyList<RelayAskedItem> RelaysAsked { get; init; }
}

/// <summary>A relay that was asked.</summary>
/// <param name="Relay">Id of the contact that was asked.</param>
/// <param name="Message">Id of the message.</param>
/// <param name="At">When it answered.</param>
/// <param name="Carries">Whether it carries the message.</param>
internal sealed record RelayAskedItem(string Relay, string Message, DateTimeOffset At, bool Carries);

/// <summary>What is carried for friends.</summary>
/// <param name="Recipient">Id of the contact that it is for.</param>
/// <param name="Messages">How many messages.</param>
/// <param name="Bytes">How many bytes.</param>
internal sealed record HeldItem(string Recipient, int Messages, long Bytes);

/// <summary>The node itself and what it is busy with.</summary>
internal static class NodeApi
{
    // Asking a contact brings it into memory, so only those are asked that have something to tell, and not without end.
    private const int MaxAsked = 200;

    public static void MapNodeApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/node", GetAsync).WithTags("Node").WithName("node").WithSummary("The node itself");
        api.MapGet("/diagnostics", DiagnoseAsync).WithTags("Node").WithName("diagnostics").WithSummary("What the contacts wait for");
    }

    private static async Task<Ok<NodeItem>> GetAsync(
        [FromServices] NodeOptions options, [FromServices] Readiness readiness, [FromServices] Verifier verifier, CancellationToken cancel) => TypedResults.Ok(new NodeItem(
        options.Addresses[0].Full,
        [.. options.Addresses.Select(address => address.Full)],
        options.Nick,
        NodeVersion.Current,
        readiness.StartedAt,
        options.PeerListen.ToString(),
        options.Relay,
        options.PeerCertificate is { } certificate ? PeerCertificate.HashOf(certificate) : null,
        verifier.OwnFingerprint,
        options.Sealing,
        options.RelayPlaintext,
        options.Receipts,
        readiness.Membership is { } membership ? await membership.MembersAsync(cancel) : null));

    private static async Task<Ok<Diagnostics>> DiagnoseAsync(
        [FromServices] Owner owner, [FromServices] IRelayStore relays, [FromServices] PeerObservations observations, CancellationToken cancel)
    {
        var summaries = await owner.History.SummariesAsync(cancel);
        var profiles = owner.Shown.OrderByDescending(profile => OutboxOf(profile.Id)).ThenBy(profile => profile.AddedAt).ToList();
        var answers = await Task.WhenAll(profiles
            .Where(profile => OutboxOf(profile.Id) > 0)
            .Take(MaxAsked)
            .Select(profile => owner.AskAsync<ContactProtocol.ContactDiagnostics>(new ContactProtocol.GetDiagnostics(profile.Id), cancel)));
        var known = answers.ToDictionary(answer => answer.Contact);
        return TypedResults.Ok(new Diagnostics(
            [.. profiles.Select(profile => Describe(profile, OutboxOf(profile.Id), known.GetValueOrDefault(profile.Id)))],
            [.. (await relays.HoldingsAsync(cancel)).Select(held => new HeldItem(held.Recipient.Value, held.Messages, held.Bytes))],
            [.. observations.Refused.Select(call => new RefusedCallItem(call.At, call.Action, call.Source.ToString(), call.From, call.Reason, Reasons.CodeOf(call.Reason)))],
            [.. observations.PossibleOwnNames.Select(name => name.Canonical)],
            [.. observations.OtherCopies.OrderByDescending(copy => copy.Value).Select(copy => new OtherCopyItem(copy.Key.Value, copy.Value))]));

        int OutboxOf(ContactId contact) => summaries.GetValueOrDefault(contact)?.Outbox ?? 0;
    }

    private static ContactDiagnosticsItem Describe(ContactProfile profile, int outbox, ContactProtocol.ContactDiagnostics? answer) => new()
    {
        Contact = profile.Id.Value,
        Address = profile.Addresses[0].Canonical,
        Aliases = [.. profile.Aliases.Select(alias => alias.Canonical)],
        Outbox = answer?.Outbox ?? outbox,
        NextTry = answer?.NextTry,
        LastError = answer?.LastError,
        LastErrorCode = Reasons.CodeOf(answer?.LastError),
        KeyHeld = answer?.KeyHeld ?? false,
        KeysAt = profile.KeysAt,
        BytesStored = answer?.BytesStored,
        RelaysAsked = answer is null
            ? []
            : [.. answer.RelaysAsked.Select(asked => new RelayAskedItem(asked.Relay.Value, MessageItem.IdOf(asked.Message), asked.At, asked.Carries))],
    };
}
