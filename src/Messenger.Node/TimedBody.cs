using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Messenger.Node;

/// <summary>
/// A body that may be given up. A token would do that, too, but leaves the server's reader in the middle of a read: what it then does
/// with the rest of the body fails, and is logged as an error. So tokens mean nothing to it; that a caller has gone it learns by itself.
/// </summary>
/// <param name="body">The server's reader.</param>
internal sealed class TimedBody(PipeReader body) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Lets the read that is under way, or the next one, fail.</summary>
    public void GiveUp() => body.CancelPendingRead();

    /// <inheritdoc/>
    /// <exception cref="BadHttpRequestException">It was given up, or is not what HTTP calls one.</exception>
    /// <exception cref="ConnectionAbortedException">The caller has gone, or the node closes the connection.</exception>
    /// <exception cref="IOException">A chunk is not what HTTP calls one.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await NextAsync();
        if (read.IsCanceled)
        {
            body.AdvanceTo(read.Buffer.Start);
            throw new BadHttpRequestException("The body took too long.", StatusCodes.Status408RequestTimeout);
        }

        var count = (int)Math.Min(read.Buffer.Length, buffer.Length);
        var taken = read.Buffer.Slice(0, count);
        taken.CopyTo(buffer.Span);
        body.AdvanceTo(taken.End);
        return count;
    }

    // The server says in several ways that the connection is no more. As a reset, the framework would take it for a bad request and have
    // the rest read, from a reader that is in the middle of something.
    private async ValueTask<ReadResult> NextAsync()
    {
        try
        {
            return await body.ReadAsync(CancellationToken.None);
        }
        catch (Exception closed) when (closed is OperationCanceledException or ConnectionResetException)
        {
            throw new ConnectionAbortedException("The connection was closed.", closed);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }
}

/// <summary>Bodies of the owner's calls.</summary>
internal static class TimedBodies
{
    /// <summary>Gives the body of a request up when its token says so. To stand after what sets the token.</summary>
    public static void UseTimedBodies(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            await next(context);
            return;
        }

        await using var body = new TimedBody(context.Request.BodyReader);
        context.Request.Body = body;
        await using var end = context.RequestAborted.UnsafeRegister(_ => body.GiveUp(), null);
        await next(context);
    });
}
