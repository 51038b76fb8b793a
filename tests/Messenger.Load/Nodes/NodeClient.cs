using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Messenger.Load.Nodes;

/// <summary>A contact as the client API shows it.</summary>
internal sealed record ContactView(string Id, string Address, string State, int Outbox, int Unread, DateTimeOffset? LastOnline, DateTimeOffset? LastConnect);

/// <summary>What the owner of a node does beside sending: few calls whose cost does not matter.</summary>
internal sealed class NodeClient : IDisposable
{
    private const int BusyRepeats = 60;
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    public NodeClient(IPEndPoint gui, string token)
    {
        Http = new HttpClient { BaseAddress = new Uri($"http://{gui}/"), Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Signed in; its base address is the node.</summary>
    public HttpClient Http { get; }

    public async Task<IReadOnlyList<ContactView>> ContactsAsync(CancellationToken cancel) =>
        (await CallAsync<ContactPage>(HttpMethod.Get, "contacts", null, cancel)).Contacts;

    public Task<ContactView> ContactAsync(string id, CancellationToken cancel) => CallAsync<ContactView>(HttpMethod.Get, $"contacts/{id}", null, cancel);

    public Task<ContactView> AddAsync(string address, CancellationToken cancel) => CallAsync<ContactView>(HttpMethod.Post, "contacts", new { address }, cancel);

    public Task AcceptAsync(string id, CancellationToken cancel) => CallAsync<JsonElement>(HttpMethod.Post, $"contacts/{id}/accept", null, cancel);

    public Task ImportAsync(IReadOnlyDictionary<string, object> list, CancellationToken cancel) => CallAsync<JsonElement>(HttpMethod.Post, "import/contacts", list, cancel);

    /// <summary>Reads an answer to its end; false when the node does not know the path.</summary>
    public async Task<bool> ReadAsync(string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/{path}");
        using var response = await SendAsync(request, cancel);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        response.EnsureSuccessStatusCode();
        return true;
    }

    public void Dispose() => Http.Dispose();

    private async Task<T> CallAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, $"api/v1/{path}") { Content = body is null ? null : JsonContent.Create(body) };
            using var response = await SendAsync(request, cancel);
            if (response.IsSuccessStatusCode)
            {
                return (await response.Content.ReadFromJsonAsync<T>(cancel))!;
            }

            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == BusyRepeats)
            {
                throw new LoadFailedException($"{method} {path} was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancel)}");
            }

            // Busy: each of these calls may be repeated.
            await Task.Delay(BusyPause, cancel);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await Http.SendAsync(request, cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LoadFailedException($"{request.Method} {request.RequestUri} was not answered within {Http.Timeout.TotalSeconds} s.");
        }
    }

    private sealed record ContactPage(IReadOnlyList<ContactView> Contacts);
}
