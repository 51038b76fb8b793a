using System.Runtime.CompilerServices;
using System.Text;
using Messenger.Node.Api;
using Messenger.Node.Gui;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Live;

/// <summary>What happens, as it happens: server-sent events, or a long poll on the same ids.</summary>
internal static class EventsApi
{
    /// <summary>Where the events are.</summary>
    public const string Path = "/api/v1/events";

    private const int MaxStreams = 50;
    private const int MaxPolled = 500;
    private const int MaxPollSeconds = 60;
    private const int MaxIdLength = 100;

    private static readonly StrongBox<int> OpenStreams = new();

    public static void MapEventsApi(this IEndpointRouteBuilder app) => app.MapGet(Path, AnswerAsync)
        .RefuseEmpty("timeout")
        .WithTags("Events")
        .WithName("events")
        .WithSummary("What happens, as it happens")
        .WithDescription(
            "Server-sent events; each carries as data what is 'data' in the JSON form. With Accept: application/json a long poll instead: the answer comes as soon as "
            + "something has happened since the id in 'since', or empty after 'timeout' seconds. A stream resumes after the id in Last-Event-ID or 'since'; "
            + "when that is too old, it says reset.")
        .Produces<LiveEventList>(StatusCodes.Status200OK, "application/json", "text/event-stream")
        .DisableRequestTimeout();

    private static async Task AnswerAsync(
        HttpContext context, [FromServices] LiveEvents events, [FromServices] IHostApplicationLifetime life, string? since = null, int timeout = 25)
    {
        if (context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } last])
        {
            since = last;
        }

        if (timeout is < 0 or > MaxPollSeconds || since is { Length: > MaxIdLength })
        {
            await Problems.Of(
                StatusCodes.Status400BadRequest, "bad_request", $"timeout must be from 0 to {MaxPollSeconds} seconds, since an id of at most {MaxIdLength} characters.")
                .ExecuteAsync(context);
            return;
        }

        // Every stream holds one of the listener's connections.
        if (Interlocked.Increment(ref OpenStreams.Value) > MaxStreams)
        {
            Interlocked.Decrement(ref OpenStreams.Value);
            await Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_streams", $"{MaxStreams} event streams are open; close one.").ExecuteAsync(context);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        try
        {
            if (WantsJson(context.Request))
            {
                var list = await PollAsync(events, since, TimeSpan.FromSeconds(timeout), stop.Token);
                await TypedResults.Ok(list).ExecuteAsync(context);
            }
            else
            {
                await StreamAsync(context.Response, events, since, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The browser has gone or the node stops: the end of a stream, not an error.
            return;
        }
        finally
        {
            Interlocked.Decrement(ref OpenStreams.Value);
        }
    }

    private static bool WantsJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("application/json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task StreamAsync(HttpResponse response, LiveEvents events, string? since, CancellationToken stop)
    {
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        await foreach (var happened in events.ReadAsync(since, stop))
        {
            await response.WriteAsync(happened is null ? ": alive\n\n" : Frame(happened), stop);
            await response.Body.FlushAsync(stop);
        }
    }

    private static string Frame(LiveEvent happened)
    {
        var frame = new StringBuilder();
        if (happened.Id is { } id)
        {
            frame.Append("id: ").Append(id).Append('\n');
        }

        // JSON escapes line breaks inside texts, so the data is one line.
        return frame.Append("event: ").Append(happened.Type).Append("\ndata: ").Append(happened.Data.GetRawText()).Append("\n\n").ToString();
    }

    private static async Task<LiveEventList> PollAsync(LiveEvents events, string? since, TimeSpan timeout, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(timeout);
        var happened = new List<LiveEvent>();
        var latest = since ?? "";
        var stream = events.ReadAsync(since, patience.Token).GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (happened.Count < MaxPolled)
            {
                var next = stream.MoveNextAsync();
                if (!next.IsCompleted && happened.Exists(one => one.Type != "hello" || since is null))
                {
                    // Something is there to be told: take what comes anyway, but wait no longer.
                    await patience.CancelAsync();
                }

                await next;
                if (stream.Current is { } one)
                {
                    latest = one.Id ?? latest;
                    happened.Add(one);
                }
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new(happened, latest);
        }
        finally
        {
            await stream.DisposeAsync();
        }

        return new(happened, latest);
    }
}
