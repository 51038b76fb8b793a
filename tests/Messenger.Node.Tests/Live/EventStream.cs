using Messenger.Node.Tests.Gui;

namespace Messenger.Node.Tests.Live;

/// <summary>An event as it comes over the wire.</summary>
internal sealed record WireEvent(string? Id, string? Type, string Data);

/// <summary>A client of server-sent events.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));

    private EventStream(HttpClient client, HttpResponseMessage response, StreamReader reader) => (_client, _response, _reader) = (client, response, reader);

    public static async Task<EventStream> OpenAsync(NodeUnderTest node, params (string Name, string Value)[] headers)
    {
        var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Gui.Url, "/api/v1/events"));
        foreach (var (name, value) in headers.Append(node.Owner))
        {
            request.Headers.Add(name, value);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new(client, response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event.</summary>
    public async Task<WireEvent> NextAsync()
    {
        string? id = null, type = null;
        var data = "";
        while (await _reader.ReadLineAsync(_deadline.Token) is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case ["id", var value]:
                    id = value;
                    break;
                case ["event", var value]:
                    type = value;
                    break;
                case ["data", var value]:
                    data = value;
                    break;
                case [""] when type is not null:
                    return new(id, type, data);
            }
        }

        throw new EndOfStreamException();
    }

    /// <summary>Whether the next thing that comes is a heartbeat.</summary>
    public async Task<bool> HeartbeatAsync() => await _reader.ReadLineAsync(_deadline.Token) is [':', ..];

    /// <summary>Whether the stream comes to its end.</summary>
    public async Task<bool> EndsAsync()
    {
        while (await _reader.ReadLineAsync(_deadline.Token) is not null)
        {
            continue;
        }

        return true;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
        _client.Dispose();
        _deadline.Dispose();
    }
}
