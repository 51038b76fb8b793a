using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>A contact as the client API shows it.</summary>
internal sealed record ContactView(
    string Id, string Address, IReadOnlyList<string> Addresses, string? Nick, string State, bool Online, bool CanResend, int Outbox, int Unread,
    string Encryption, SealingView? Sealing);

/// <summary>A contact's identity as the client API shows it.</summary>
internal sealed record SealingView(
    string Fingerprint, string SafetyNumber, bool Verified, bool VerifiedByLink, bool PlaintextAllowed, long Missing, OfferedView? Offered);

/// <summary>Another identity than before.</summary>
internal sealed record OfferedView(string Fingerprint, string SafetyNumber);

/// <summary>A message as the client API shows it.</summary>
internal sealed record MessageView(
    string Id, string? Uuid, JsonElement Cursor, string Direction, string Text, DateTimeOffset At, string State, string? Reason, string? Via,
    bool Proven, IReadOnlyList<string> Relays, string Enctype, string? Unreadable, string? Warning, long Missing);

/// <summary>A scripted owner of a node: the client API with a bearer token.</summary>
internal sealed class NodeApi : IDisposable
{
    private const int PageSize = 1_000;

    private readonly HttpClient client;
    private readonly Func<string> evidence;

    public NodeApi(Uri gui, string token, Func<string> evidence, HttpMessageHandler? handler = null)
    {
        this.evidence = evidence;
        client = new HttpClient(handler ?? new SocketsHttpHandler()) { BaseAddress = new Uri(gui, "api/v1/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public HttpClient Client => client;

    public void Dispose() => client.Dispose();

    public Task<JsonElement> GetAsync(string path) => CallAsync<JsonElement>(HttpMethod.Get, path);

    public Task<string> GetTextAsync(string path) => client.GetStringAsync(new Uri(path, UriKind.Relative));

    public async Task<IReadOnlyList<ContactView>> ContactsAsync() =>
        (await CallAsync<ContactPage>(HttpMethod.Get, "contacts")).Contacts;

    public async Task<ContactView> ContactAsync(string id) => (await ContactsAsync()).Single(c => c.Id == id);

    public Task<ContactView> AddContactAsync(string address, string? nick = null) =>
        CallAsync<ContactView>(HttpMethod.Post, "contacts", new { address, nick });

    public Task ChangeContactAsync(string id, object changes) => CallAsync<JsonElement>(HttpMethod.Patch, $"contacts/{id}", changes);

    public Task RemoveContactAsync(string id) => CallAsync<JsonElement>(HttpMethod.Delete, $"contacts/{id}");

    /// <summary>`accept`, `deny`, `block` or `ping`.</summary>
    public Task ActAsync(string id, string action) => CallAsync<JsonElement>(HttpMethod.Post, $"contacts/{id}/{action}");

    /// <summary>`verify`, `identity` or `plaintext`, with what is decided.</summary>
    public Task<ContactView> DecideAsync(string id, string what, object decision) =>
        CallAsync<ContactView>(HttpMethod.Post, $"contacts/{id}/{what}", decision);

    /// <summary>Queues a text under an id of our own and demands that it is acknowledged.</summary>
    public async Task SendAsync(string contact, string text) =>
        await CallAsync<JsonElement>(HttpMethod.Put, $"contacts/{contact}/messages/{Guid.CreateVersion7()}", new { text });

    /// <summary>Queues a text; whatever the answer is.</summary>
    public async Task<HttpStatusCode> TrySendAsync(string contact, Guid uuid, string text, CancellationToken cancel = default)
    {
        using var response = await client.PutAsJsonAsync($"contacts/{contact}/messages/{uuid}", new { text }, cancel);
        return response.StatusCode;
    }

    /// <summary>The whole conversation in the order of the list, oldest first, read page by page.</summary>
    public async Task<IReadOnlyList<MessageView>> ConversationAsync(string contact, int pageSize = PageSize)
    {
        var pages = new List<IReadOnlyList<MessageView>>();
        string? before = null;
        do
        {
            var page = await CallAsync<MessagePage>(
                HttpMethod.Get, $"contacts/{contact}/messages?limit={pageSize}{(before is null ? "" : $"&before={Uri.EscapeDataString(before)}")}");
            pages.Add(page.Messages);
            before = page.Messages.Count == 0 || page.Before.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : page.Before.ToString();
        }
        while (before is not null);

        return [.. pages.SelectMany(page => page).Reverse()];
    }

    public async Task<IReadOnlyList<string>> TextsAsync(string contact, string direction) =>
        [.. (await ConversationAsync(contact)).Where(m => m.Direction == direction).Select(m => m.Text)];

    public Task EraseMessageAsync(string contact, string message) =>
        CallAsync<JsonElement>(HttpMethod.Delete, $"contacts/{contact}/messages/{message}");

    /// <summary>Waits for a contact at an address in a state; the newest view of it.</summary>
    public async Task<ContactView> ContactBecomesAsync(Func<ContactView, bool> holds, string what) =>
        (await Eventually.Reads<ContactView?>(
            async () => (await ContactsAsync()).FirstOrDefault(holds), contact => contact is not null, $"a contact that is {what}", evidence))!;

    /// <summary>Waits until exactly these texts came in from the contact, in this order.</summary>
    public async Task ReceivesAsync(string contact, IReadOnlyList<string> texts)
    {
        var arrived = await Eventually.Reads(
            async () => await TextsAsync(contact, "in"), seen => seen.Count >= texts.Count, $"{texts.Count} messages have arrived", evidence);
        Assert.Equal(texts, arrived);
    }

    /// <summary>Waits until the message with this text holds.</summary>
    public Task MessageBecomesAsync(string contact, string text, Func<MessageView, bool> holds, string what) => Eventually.Reads(
        async () => (await ConversationAsync(contact)).Single(message => message.Text == text), holds, $"{text} is {what}", evidence);

    /// <summary>Waits until every message out has this state.</summary>
    public Task AllOutBecomeAsync(string contact, string state) => Eventually.Reads(
        async () => (await ConversationAsync(contact)).Where(m => m.Direction == "out").CountBy(m => m.State).ToArray(),
        counts => counts is [{ Key: var only }] && only == state,
        $"all messages out are {state}",
        evidence);

    private async Task<T> CallAsync<T>(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(
            response.IsSuccessStatusCode,
            string.Create(CultureInfo.InvariantCulture, $"{method} {path}: {(int)response.StatusCode} {text}{Environment.NewLine}{evidence()}"));
        return text.Length == 0 ? default! : JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web)!;
    }

    private sealed record ContactPage(IReadOnlyList<ContactView> Contacts);

    private sealed record MessagePage(IReadOnlyList<MessageView> Messages, JsonElement Before, JsonElement After);
}
