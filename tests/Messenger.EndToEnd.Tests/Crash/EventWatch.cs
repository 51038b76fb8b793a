using System.Text.Json;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>A GUI that follows the live events over every crash, and what it has come to know by them alone.</summary>
internal sealed class EventWatch : IAsyncDisposable
{
    private static readonly string[] Progress = ["queued", "relayed", "delivered", "read"];

    private readonly Lock gate = new();
    private readonly NodeApi api;
    private readonly CancellationTokenSource stopping = new();
    private readonly Dictionary<(string Contact, string Message), string> states = [];
    private readonly List<string> lies = [];
    private readonly Task following;
    private string? last;

    private EventWatch(NodeApi api, NodeEvents events)
    {
        this.api = api;
        following = FollowAsync(events);
    }

    /// <summary>Follows from now on.</summary>
    public static async Task<EventWatch> StartAsync(NodeApi api) => new(api, await NodeEvents.OpenAsync(api));

    /// <summary>How many messages the events have told of.</summary>
    public int Announced
    {
        get
        {
            lock (gate)
            {
                return states.Count;
            }
        }
    }

    /// <summary>Demands that the events have told everything that the list shows, nothing twice, and no way back.</summary>
    public async Task CheckAsync(string contact, IReadOnlyList<MessageView> conversation)
    {
        await Eventually.Holds(
            () =>
            {
                lock (gate)
                {
                    return conversation.All(m => states.GetValueOrDefault((contact, m.Id)) == m.State);
                }
            },
            "the live events have told what the list shows",
            () => Untold(contact, conversation));
        lock (gate)
        {
            Assert.True(lies.Count == 0, $"THE EVENTS LIED: {string.Join("; ", lies)}");
            Assert.Equal(conversation.Count, states.Keys.Count(key => key.Contact == contact));
        }
    }

    private string Untold(string contact, IReadOnlyList<MessageView> conversation)
    {
        lock (gate)
        {
            var untold = conversation.Where(m => states.GetValueOrDefault((contact, m.Id)) != m.State).ToArray();
            var first = untold.Take(3).Select(m => $"{m.Id} is {m.State}, told {states.GetValueOrDefault((contact, m.Id)) ?? "nothing"}");
            return $"{untold.Length} of {conversation.Count} untold, after {last}: {string.Join("; ", first)}. {string.Join("; ", lies)}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await following;
        stopping.Dispose();
    }

    private async Task FollowAsync(NodeEvents? events)
    {
        while (!stopping.IsCancellationRequested)
        {
            events ??= await TryOpenAsync();
            if (events is not null)
            {
                await ReadAsync(events);
                events = null;
            }
        }
    }

    private async Task ReadAsync(NodeEvents events)
    {
        var stopped = Task.Delay(Timeout.Infinite, stopping.Token);
        await using (events)
        {
            for (var next = events.NextAsync(); await Task.WhenAny(next, stopped) != stopped && !next.IsCanceled; next = events.NextAsync())
            {
                if (await next is not { } told)
                {
                    return;
                }

                Note(told);
            }
        }
    }

    private async Task<NodeEvents?> TryOpenAsync()
    {
        try
        {
            return await NodeEvents.OpenAsync(api, last);
        }
        catch (HttpRequestException)
        {
            await Task.WhenAny(Task.Delay(50, stopping.Token));
            return null;
        }
    }

    private void Note(NodeEvent next)
    {
        lock (gate)
        {
            last = next.Id.Length > 0 ? next.Id : last;
            switch (next.Type)
            {
                case "message" or "message.state":
                    Note(next, next.Data.Deserialize<Told>(JsonSerializerOptions.Web)!);
                    break;
                case "reset":
                    lies.Add($"{next.Id} says that something was missed");
                    break;
                default:
                    break;
            }
        }
    }

    private void Note(NodeEvent next, Told told)
    {
        var key = (told.Contact, told.Id);
        if (states.TryGetValue(key, out var before) == (next.Type == "message"))
        {
            lies.Add(next.Type == "message" ? $"{next.Id} announces {told.Id} again" : $"{next.Id} changes {told.Id}, which was never announced");
        }

        var state = told.Message?.State ?? "erased";
        if (before is not null && Array.IndexOf(Progress, state) < Array.IndexOf(Progress, before))
        {
            lies.Add($"{next.Id} takes {told.Id} from {before} back to {state}");
        }

        states[key] = state;
    }

    private sealed record Told(string Contact, string Id, MessageView? Message);
}
