using System.Security.Cryptography;
using Messenger.Protocol.Envelopes;

namespace Messenger.Load.Measurements;

/// <summary>What sealing and opening one message costs, and of what it consists.</summary>
internal static class Sealing
{
    private const string Micros = "µs";
    private const int TextLength = 200;
    private const int Signature = 64;
    private const int Backlog = 100;

    public static void Measure(Bench bench)
    {
        var now = DateTimeOffset.UnixEpoch;
        using var author = IdentityKey.Create();
        using var reader = IdentityKey.Create();
        using var secret = PrekeySecret.Create();
        var prekey = secret.ToPrekey(now);
        var payload = new Payload { Id = Guid.NewGuid(), Time = now, Sid = OutgoingChain.Begin(RandomNumberGenerator.GetBytes(16)).Sid, Seq = 1, Body = new string('x', TextLength) };
        var message = Envelope.Seal(author, reader.Identity, prekey, payload).Message;
        Identity[] authors = [author.Identity];

        Add("seal", "seal a message of 200 characters", () => Envelope.Seal(author, reader.Identity, prekey, payload), null);
        Add("open", "open it", () => Envelope.Open(message, authors, reader.Identity, _ => secret), null);
        var backlog = Enumerable.Repeat(message, Backlog).ToArray();
        var together = MedianMicros(
            () => backlog.AsParallel().AsOrdered().Select(m => Envelope.Open(m, authors, reader.Identity, _ => secret)).ToArray(), bench.Options.Quick ? 5 : 15, 1000 / Backlog);
        bench.Add("openBacklogMicros", $"open it, {Backlog} at once on every core", together / Backlog, Micros, "openMicros");

        var (scalar, point, product) = (new byte[X25519.KeySize], new byte[X25519.KeySize], new byte[X25519.KeySize]);
        var (data, signature) = (RandomNumberGenerator.GetBytes(600), new byte[Signature]);
        X25519.Create(scalar);
        Add("curveBase", "of it: make a one-time key (X25519 base)", () => X25519.PublicOf(scalar, point), "seal");
        Add("curve", "of it: agree on a key (X25519)", () => X25519.TryAgree(scalar, point, product), "seal");
        Add("sign", "of it: sign 600 bytes (Ed25519)", () => author.Sign(data, signature), "seal");
        Add("verify", "of opening: verify 600 bytes (Ed25519)", () => author.Identity.HasSigned(data, signature), "open");

        void Add(string key, string label, Action act, string? part) =>
            bench.Add(key + "Micros", label, MedianMicros(act, bench.Options.Quick ? 5 : 15, 1000), Micros, part is null ? null : part + "Micros");
    }

    // The median of rounds: whatever else this machine does falls into some of them.
    private static double MedianMicros(Action act, int rounds, int each)
    {
        var time = TimeProvider.System;
        var took = new double[rounds + 2];
        for (var round = 0; round < took.Length; round++)
        {
            var start = time.GetTimestamp();
            for (var i = 0; i < each; i++)
            {
                act();
            }

            took[round] = time.GetElapsedTime(start).TotalMicroseconds / each;
        }

        // The first rounds are those of code that was not compiled well yet.
        return took[2..].Order().ElementAt(rounds / 2);
    }
}
