using System.Buffers.Text;
using System.Collections.Immutable;
using Messenger.Protocol.Envelopes;

namespace Messenger.Protocol.Tests.Envelopes;

/// <summary>A node with fixed keys.</summary>
internal sealed class Person(byte seed)
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    public static readonly Person Anna = new(1);
    public static readonly Person Boris = new(2);
    public static readonly Person Clara = new(5);

    public byte[] Seed { get; } = Bytes(seed);

    public byte[] PrekeySecret { get; } = Bytes((byte)(seed + 100));

    public byte[] FallbackSecret { get; } = Bytes((byte)(seed + 200));

    public IdentityKey Key => field ??= IdentityKey.Import(Seed);

    public Identity Identity => Key.Identity;

    public PrekeySecret Secret => field ??= Messenger.Protocol.Envelopes.PrekeySecret.Import(PrekeySecret);

    public PrekeySecret Fallback => field ??= Messenger.Protocol.Envelopes.PrekeySecret.Import(FallbackSecret);

    public Prekey Prekey => Secret.ToPrekey(Now.AddDays(14));

    public PrekeySecret? Find(PrekeyId id) => id == Secret.Id ? Secret : id == Fallback.Id ? Fallback : null;

    public Bundle Bundle(long counter) =>
        Messenger.Protocol.Envelopes.Bundle.Sign(Key, counter, [Prekey], Fallback.ToPrekey(Now.AddDays(90)));

    public OpenResult Open(string message, params Identity[] authors) => Envelope.Open(message, authors, Identity, Find);

    public OpenResult Open(byte[] bytes, params Identity[] authors) => Open(Convert.ToBase64String(bytes), authors);

    public string Seal(Person recipient, Payload? payload = null) =>
        Envelope.Seal(Key, recipient.Identity, recipient.Prekey, payload ?? Payload()).Message;

    public static Payload Payload(string body = "привет", long seq = 1, EnvelopeHash? prev = null) => new()
    {
        Id = Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057"),
        Time = Now,
        Sid = "AAECAwQFBgcICQoLDA0ODw",
        Seq = seq,
        Prev = prev ?? (seq == 1 ? null : Hash((byte)(seq - 1))),
        Body = body,
    };

    public static EnvelopeHash Hash(byte value) => new(Base64Url.EncodeToString(Bytes(value)));

    public static byte[] Bytes(byte value, int length = 32) => [.. Enumerable.Repeat(value, length)];
}
