using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>One server-sent event.</summary>
internal sealed record NodeEvent(string Id, string Type, JsonElement Data);

/// <summary>The live events of a node, read one by one.</summary>
internal sealed class NodeEvents : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly IAsyncEnumerator<SseItem<string>> items;
    private readonly CancellationTokenSource closed;

    private NodeEvents(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> items, CancellationTokenSource closed)
    {
        this.response = response;
        this.items = items;
        this.closed = closed;
    }

    /// <summary>Opens the stream, behind <paramref name="lastEventId"/> when there is one.</summary>
    public static async Task<NodeEvents> OpenAsync(NodeApi api, string? lastEventId = null)
    {
        var closed = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, "events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode)
        {
            // Undisposed it would hold its connection, and the listener has only so many.
            response.Dispose();
            throw new HttpRequestException($"The live events were refused with {response.StatusCode}.");
        }

        var items = SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync(closed.Token).GetAsyncEnumerator();
        return new NodeEvents(response, items, closed);
    }

    /// <summary>The next event; null when the node has ended the stream.</summary>
    public async Task<NodeEvent?> NextAsync()
    {
        closed.CancelAfter(Eventually.Deadline);
        try
        {
            return await items.MoveNextAsync()
                ? new NodeEvent(items.Current.EventId ?? "", items.Current.EventType, Json(items.Current.Data))
                : null;
        }
        catch (Exception ended) when (ended is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>Reads on until an event that is wanted; what comes before it is passed over.</summary>
    public async Task<NodeEvent> NextAsync(Func<NodeEvent, bool> wanted)
    {
        while (await NextAsync() is { } next)
        {
            if (wanted(next))
            {
                return next;
            }
        }

        throw new InvalidOperationException("The stream has ended before the event came.");
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        response.Dispose();
        closed.Dispose();
    }

    private static JsonElement Json(string data) => data.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(data);
}
