using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Messenger.Actors.Roster;
using Messenger.Domain.Addressing;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>A row of the contact list in the seed's own map, whose keys are addresses.</summary>
/// <param name="Nick">Name.</param>
/// <param name="LastOnline">Last sign of life in Unix seconds; empty when there was none.</param>
/// <param name="LastConnect">Last exchange that we started in Unix seconds; empty when there was none.</param>
/// <param name="CanResend">1 when we may ask it to relay, else 0.</param>
/// <param name="Key">The key that we show to it; empty when it gave none.</param>
/// <param name="IssuedKey">The key that it shows to us; null when it has none.</param>
/// <param name="Addresses">Every address, preferred first.</param>
internal sealed record SeedContact(
    [property: JsonPropertyName("nick")] string Nick,
    [property: JsonPropertyName("last_online")] string LastOnline,
    [property: JsonPropertyName("last_connect")] string LastConnect,
    [property: JsonPropertyName("can_resend")] int CanResend,
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("issued_key")] string? IssuedKey,
    [property: JsonPropertyName("addresses")] IReadOnlyList<string> Addresses);

/// <summary>What came of an import.</summary>
/// <param name="Added">New contacts.</param>
/// <param name="Existing">Contacts that were there and stay as they are.</param>
/// <param name="Refused">Rows that could not be read.</param>
internal sealed record ImportAnswer(int Added, int Existing, IReadOnlyList<RefusedRow> Refused);

/// <summary>A row that could not be read.</summary>
/// <param name="Address">Its key in the map.</param>
/// <param name="Reason">What is wrong.</param>
internal sealed record RefusedRow(string Address, string Reason);

/// <summary>The contact list in the format of the seed: <c>{"address": {nick, last_online, last_connect, can_resend, key, …}}</c>.</summary>
internal static class ContactListApi
{
    private const int MaxBody = 4 * 1024 * 1024;
    private const int MaxText = 1_000;

    public static void MapContactListApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/export/contacts", Export).WithTags("Contact list").WithName("exportContacts")
            .WithSummary("The contact list in the seed's map format; it contains the keys");
        api.MapPost("/import/contacts", ImportAsync).WithTags("Contact list").WithName("importContacts")
            .WithSummary("Add the contacts of a list in the seed's map format; safe to repeat")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody));
    }

    /// <summary>The contacts that the list names: friends and those that we asked.</summary>
    public static IEnumerable<ContactProfile> Listed(Owner owner) =>
        owner.Shown.Where(profile => profile.Standing is ContactStanding.Accepted or ContactStanding.Requested);

    private static Ok<Dictionary<string, SeedContact>> Export([FromServices] Owner owner) => TypedResults.Ok(
        Listed(owner).ToDictionary(profile => profile.Addresses[0].Canonical, profile => Describe(profile, owner.PresenceOf(profile.Id))));

    private static SeedContact Describe(ContactProfile profile, Presence presence) => new(
        profile.Nick,
        Time(presence.LastOnline),
        Time(presence.LastConnect),
        profile.CanResend ? 1 : 0,
        profile.TheirKey ?? "",
        profile.IssuedKey,
        [.. profile.Addresses.Select(address => address.Full)]);

    private static string Time(DateTimeOffset? time) => time?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? "";

    private static async Task<Ok<ImportAnswer>> ImportAsync(
        [FromBody] Dictionary<string, JsonElement> list, [FromServices] Owner owner, CancellationToken cancel)
    {
        var (import, refused) = Read(list);
        var result = await owner.AskAsync<RosterProtocol.ImportResult>(import, cancel);
        return TypedResults.Ok(new ImportAnswer(result.Added, result.Existing, refused));
    }

    /// <summary>What a list in the seed's map format asks the roster for, and the rows that cannot be read.</summary>
    public static (RosterProtocol.ImportContacts Import, IReadOnlyList<RefusedRow> Refused) Read(Dictionary<string, JsonElement> list)
    {
        var entries = new List<RosterProtocol.ContactListEntry>();
        var refused = new List<RefusedRow>();
        foreach (var (key, row) in list)
        {
            try
            {
                entries.Add(Read(key, row));
            }
            catch (Exception error) when (error is FormatException or InvalidOperationException)
            {
                // The latter is how JsonElement reports text with half a surrogate pair.
                refused.Add(new(key, error is FormatException ? error.Message : "It contains broken text."));
            }
        }

        return (new([.. entries]), refused);
    }

    private static RosterProtocol.ContactListEntry Read(string key, JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("An object is expected.");
        }

        var nick = Text(row, "nick");
        if (Checks.OfNick(nick) is { } bad)
        {
            throw new FormatException(bad.ProblemDetails.Detail);
        }

        var (address, others) = (Address.Parse(key), OtherAddresses(row).ToList());
        address = others.Find(other => other == address && other.CertificateHash is not null) ?? address;
        return new(
            address,
            nick,
            ClaimedTime.Parse(Text(row, "last_online")),
            ClaimedTime.Parse(Text(row, "last_connect")),
            Text(row, "can_resend") is not ("0" or "false"),
            Text(row, "key"),
            Text(row, "issued_key") is { Length: > 0 } issued ? issued : null)
        {
            OtherAddresses = [.. others.Where(other => other != address).Distinct()],
        };
    }

    private static IEnumerable<Address> OtherAddresses(JsonElement row) =>
        row.TryGetProperty("addresses", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= ContactsApi.MaxAddresses
            ? list.EnumerateArray().Select(item => Address.Parse(item.ValueKind == JsonValueKind.String ? item.GetString()! : ""))
            : [];

    private static string Text(JsonElement row, string name)
    {
        if (!row.TryGetProperty(name, out var value))
        {
            return "";
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            JsonValueKind.Null => "",
            _ => throw new FormatException($"{name} must be a text or a number."),
        };
        return text.Length <= MaxText && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw new FormatException($"{name} must have at most {MaxText} characters and no NUL.");
    }
}
