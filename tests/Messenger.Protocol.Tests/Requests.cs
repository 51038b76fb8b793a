using System.Text;
using CsCheck;
using Messenger.Protocol;

namespace Messenger.Protocol.Tests;

/// <summary>Bodies and requests that several tests need.</summary>
internal static class Requests
{
    public const string Form = "application/x-www-form-urlencoded";

    public static Task<PeerReadResult> ReadAsync(string body, string? contentType = "application/json", WireLimits? limits = null) =>
        ReadAsync(Encoding.UTF8.GetBytes(body), contentType, limits);

    public static Task<PeerReadResult> ReadAsync(byte[] body, string? contentType = "application/json", WireLimits? limits = null) =>
        new PeerRequestReader(limits ?? WireLimits.Default).ReadAsync(new MemoryStream(body), contentType, CancellationToken.None);

    public static async Task<T> RequestAsync<T>(string body, string? contentType = "application/json", WireLimits? limits = null)
        where T : PeerRequest
    {
        var result = await ReadAsync(body, contentType, limits);
        Assert.True(result.IsRequest, result.Error?.Detail);
        return Assert.IsType<T>(result.Request);
    }

    public static async Task<PeerReadError> ErrorAsync(string body, string? contentType = "application/json", WireLimits? limits = null)
    {
        var result = await ReadAsync(body, contentType, limits);
        Assert.False(result.IsRequest);
        return result.Error;
    }

    private static readonly Gen<string> Text = Gen.Char["abcЖ漢 \"\\/<&'\n\u0001\u2028{}[]:,"].Array[1, 20].Select(chars => new string(chars));
    private static readonly Gen<string?> MaybeText = Gen.OneOf(Text.Select(text => (string?)text), Gen.Const((string?)null));

    public static readonly Gen<WireMessage> Message =
        Gen.Select(MaybeText, MaybeText, Gen.OneOf(Text, Gen.Const("")), Text, Gen.OneOf(Text, Gen.Const("")))
            .Select((from, to, message, timestamp, enctype) => new WireMessage(from, to, message, timestamp, enctype));

    public static readonly Gen<PeerRequest> Any = Gen.OneOf(
        Gen.Select(Text, MaybeText, MaybeText, MaybeText, MaybeText).Select((key, from, nick, proof, invite) =>
            (PeerRequest)new HandshakeRequest(key, from, nick, proof, Invite: invite)),
        Gen.Select(Message, MaybeText).Select((message, key) => (PeerRequest)new SendRequest(message, key)),
        Gen.Select(Message, MaybeText).Select((message, key) => (PeerRequest)new ResendRequest(message, key)),
        Gen.Select(MaybeText, MaybeText).Select((from, key) => (PeerRequest)new PingRequest(from, key)),
        Gen.Select(MaybeText, MaybeText, Gen.Select(Message, MaybeText).Array[0, 5]).Select((from, key, items) => (PeerRequest)new HistoryRequest(
            from, key, [.. items.Select(item => (HistoryItem)new HistoryMessage(item.Item1, item.Item2))])));

    /// <summary>Records compare arrays by reference; this is what they hold.</summary>
    public static string Shown(PeerRequest? request) => request is HistoryRequest history
        ? $"{history with { Items = [] }} {string.Join('|', history.Items)}"
        : $"{request}";
}
