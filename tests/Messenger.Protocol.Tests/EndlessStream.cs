namespace Messenger.Protocol.Tests;

/// <summary>Begins with some bytes and then repeats one for ever.</summary>
internal sealed class EndlessStream(byte[] start, byte filler) : Stream
{
    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => BytesRead; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var span = buffer.AsSpan(offset, count);
        span.Fill(filler);
        if (BytesRead < start.Length)
        {
            start.AsSpan((int)BytesRead, Math.Min(count, start.Length - (int)BytesRead)).CopyTo(span);
        }

        BytesRead += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
