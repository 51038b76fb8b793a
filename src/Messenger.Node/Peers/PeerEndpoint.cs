using System.Globalization;
using Messenger.Protocol;
using Microsoft.AspNetCore.Connections;

namespace Messenger.Node.Peers;

/// <summary>From an HTTP request to the gateway and back (design page "protocol", Transport).</summary>
internal sealed class PeerEndpoint(IPeerGateway gateway, PeerLimits limits, TimeProvider time, ILogger<PeerEndpoint> logger) : IDisposable
{
    private static readonly TimeSpan LargeBodyRetryAfter = TimeSpan.FromSeconds(5);

    private readonly PeerRequestReader _reader = new(limits.Wire);
    private readonly SemaphoreSlim _largeBodies = new(limits.LargeBodies);

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (BadHttpRequestException problem)
        {
            // The server's own limits: a body that is too large (413), too slow (408) or cut off (400).
            gateway.Unread(problem.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => "too_large",
                StatusCodes.Status408RequestTimeout => "too_slow",
                _ => "malformed",
            });
            await ErrorAsync(context, problem.StatusCode, "bad_request", problem.Message);
        }
        catch (Exception problem) when (problem is ConnectionResetException or ConnectionAbortedException || context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer. The body may learn of it before the request does. Without the abort the
            // server would try to read on, from a reader that is in the middle of something, and log that as an error.
            context.Abort();
        }
        catch (Exception problem)
        {
            logger.LogError(problem, "A peer's request could not be answered; its connection is closed.");
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (Refusal(context.Request) is { } refusal)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        var read = await ReadAsync(context);
        if (read is null)
        {
            gateway.Unread("busy");
            await TooFastAsync(context, LargeBodyRetryAfter);
        }
        else if (!read.IsRequest)
        {
            await RefuseAsync(context, read.Error);
        }
        else
        {
            await WriteAsync(context, await AskAsync(context, read.Request));
        }
    }

    public void Dispose() => _largeBodies.Dispose();

    private static PeerReadError? Refusal(HttpRequest request)
    {
        if (request.Headers.Any(header =>
            header.Key.Equals("Origin", StringComparison.OrdinalIgnoreCase)
            || header.Key.StartsWith("Sec-Fetch-", StringComparison.OrdinalIgnoreCase)))
        {
            return new PeerReadError(StatusCodes.Status403Forbidden, "browser", "This port is for other nodes, not for browsers.");
        }

        if (request.Path != "/")
        {
            return new PeerReadError(StatusCodes.Status404NotFound, "not_found", "Peers are answered at / only.");
        }

        if (HttpMethods.IsPost(request.Method))
        {
            return null;
        }

        if (!HttpMethods.IsGet(request.Method))
        {
            return new PeerReadError(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", "Peers are answered to POST, or GET with ?action=…");
        }

        return request.QueryString.HasValue
            ? null
            : new PeerReadError(StatusCodes.Status404NotFound, "not_found", "A GET has to carry ?action=… here.");
    }

    // Null: as many large bodies are being read as this node can afford.
    private async Task<PeerReadResult?> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method))
        {
            return _reader.ReadQuery(request.QueryString.Value!);
        }

        var large = request.ContentLength is null || request.ContentLength > limits.Wire.SendBytes;
        if (large && !await _largeBodies.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            return null;
        }

        try
        {
            await using var body = new TimedBody(request.BodyReader);
            await using var timeout = time.CreateTimer(_ => body.GiveUp(), null, limits.BodyTimeout, Timeout.InfiniteTimeSpan);
            return await _reader.ReadAsync(body, request.ContentType, context.RequestAborted);
        }
        catch (IOException problem) when (problem is not (BadHttpRequestException or ConnectionResetException))
        {
            // The server does not call every bad chunk a bad request.
            throw new BadHttpRequestException("The body is cut into chunks that HTTP does not know.", problem);
        }
        finally
        {
            if (large)
            {
                _largeBodies.Release();
            }
        }
    }

    private async Task<PeerAnswer> AskAsync(HttpContext context, PeerRequest request)
    {
        using var timeout = new CancellationTokenSource(limits.HandlerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        var source = context.Connection.RemoteIpAddress!;
        try
        {
            return await gateway.HandleAsync(request, source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new PeerAnswer.Unknown();
        }
    }

    private static Task WriteAsync(HttpContext context, PeerAnswer answer)
    {
        switch (answer)
        {
            case PeerAnswer.Status status:
                return ReplyAsync(context, new StatusReply(status.Value, status.Bundle) { Advertised = status.Advertised });
            case PeerAnswer.Statuses statuses:
                return ReplyAsync(context, new StatusesReply(statuses.Values));
            case PeerAnswer.Pong pong:
                return ReplyAsync(context, new PongReply(pong.Bundle) { Advertised = pong.Advertised });
            case PeerAnswer.Malformed malformed:
                return ErrorAsync(context, StatusCodes.Status400BadRequest, "malformed", malformed.Detail);
            case PeerAnswer.TooFast tooFast:
                return TooFastAsync(context, tooFast.RetryAfter);
            default:
                context.Abort();
                return Task.CompletedTask;
        }
    }

    private static Task ReplyAsync(HttpContext context, WireReply reply) =>
        BodyAsync(context, StatusCodes.Status200OK, WireReplyWriter.Write(reply));

    private static Task TooFastAsync(HttpContext context, TimeSpan retryAfter)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ErrorAsync(context, StatusCodes.Status429TooManyRequests, "too_fast", $"Too many requests; try again in {seconds} s.");
    }

    private Task RefuseAsync(HttpContext context, PeerReadError error)
    {
        gateway.Unread(error.Code);
        return ErrorAsync(context, error.Status, error.Code, error.Detail);
    }

    private static Task ErrorAsync(HttpContext context, int status, string code, string detail)
    {
        if (status == StatusCodes.Status405MethodNotAllowed)
        {
            context.Response.Headers.Allow = "GET, POST";
        }

        return BodyAsync(context, status, WireReplyWriter.WriteError(code, detail));
    }

    private static Task BodyAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
