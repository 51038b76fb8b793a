using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;

namespace Messenger.Load.Clients;

/// <summary>Reads the live events of a node and notes when each numbered message is seen.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private const string TextMark = "\"text\":\"";

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpResponseMessage _response;
    private readonly Task _reading;

    private EventStream(HttpResponseMessage response, Stream body, Action<int, long> seen)
    {
        _response = response;
        _reading = ReadAsync(body, seen, _stop.Token);
    }

    /// <summary>Opens the stream.</summary>
    /// <param name="client">A client that is signed in; its base address is the node.</param>
    /// <param name="seen">Told the number of a message that came in and the time in ticks of the stopwatch.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<EventStream> OpenAsync(HttpClient client, Action<int, long> seen, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        response.EnsureSuccessStatusCode();
        return new EventStream(response, await response.Content.ReadAsStreamAsync(cancel), seen);
    }

    private static async Task ReadAsync(Stream body, Action<int, long> seen, CancellationToken stop)
    {
        try
        {
            await foreach (var item in SseParser.Create(body).EnumerateAsync(stop))
            {
                if (item.EventType == "message" && item.Data.IndexOf(TextMark, StringComparison.Ordinal) is >= 0 and var at)
                {
                    var number = item.Data.AsSpan(at + TextMark.Length, MessageRequests.NumberLength);
                    seen(int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture), TimeProvider.System.GetTimestamp());
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _response.Dispose();
        try
        {
            await _reading;
        }
        catch (Exception ended) when (ended is IOException or HttpRequestException or ObjectDisposedException)
        {
            // Closed under the reader: nothing more is wanted from it.
        }

        _stop.Dispose();
    }
}
