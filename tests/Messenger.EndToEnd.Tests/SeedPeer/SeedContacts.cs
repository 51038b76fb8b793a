using System.Text.Json.Nodes;

namespace Messenger.EndToEnd.Tests.SeedPeer;

/// <summary>A friend in the list of a seed peer.</summary>
internal sealed class SeedContact(string address)
{
    public string Address { get; } = address;

    public string Nick { get; set; } = "";

    public string LastOnline { get; set; } = "";

    public string LastConnect { get; set; } = "";

    public int CanResend { get; set; } = 1;

    /// <summary>`key`: what the contact gave us.</summary>
    public string Key { get; set; } = "";

    /// <summary>Kept in `other_info`: what we gave the contact.</summary>
    public string IssuedKey { get; set; } = "";

    /// <summary>The part of the address before a port; the page's addresses have no other part.</summary>
    public string Host => Address.Count(c => c == ':') == 1 ? Address[..Address.IndexOf(':', StringComparison.Ordinal)] : Address;
}

/// <summary>The contact list as the page writes it: a map from addresses to what is known of them.</summary>
internal static class SeedContactList
{
    public static string Write(IEnumerable<SeedContact> contacts)
    {
        var list = new JsonObject();
        foreach (var contact in contacts)
        {
            list[contact.Address] = new JsonObject
            {
                ["nick"] = contact.Nick,
                ["last_online"] = contact.LastOnline,
                ["last_connect"] = contact.LastConnect,
                ["can_resend"] = contact.CanResend,
                ["key"] = contact.Key,
                ["other_info"] = contact.IssuedKey,
            };
        }

        return list.ToJsonString();
    }

    public static IReadOnlyList<SeedContact> Read(string json) =>
        [.. JsonNode.Parse(json)!.AsObject().Select(row => new SeedContact(row.Key)
        {
            Nick = Text(row.Value!["nick"]),
            LastOnline = Text(row.Value["last_online"]),
            LastConnect = Text(row.Value["last_connect"]),
            CanResend = row.Value["can_resend"]!.GetValue<int>(),
            Key = Text(row.Value["key"]),
            IssuedKey = Text(row.Value["other_info"]),
        })];

    private static string Text(JsonNode? value) => value?.ToString() ?? "";
}
