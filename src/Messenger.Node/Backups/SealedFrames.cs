using System.Buffers.Binary;
using NSec.Cryptography;

namespace Messenger.Node.Backups;

/// <summary>
/// A stream of any length sealed in frames of 64 KiB by ChaCha20-Poly1305, so that nothing is read that was not checked. The nonce is the
/// number of the frame and whether it is the last: frames cannot be altered, left out, doubled, reordered, cut off or added to. The key
/// must not be used for anything else.
/// </summary>
internal static class SealedFrames
{
    /// <summary>Plain bytes in every frame but the last.</summary>
    public const int FrameSize = 64 * 1024;

    /// <summary>Bytes of the key.</summary>
    public const int KeySize = 32;

    /// <summary>What a sealed frame has more than a plain one.</summary>
    public const int TagSize = 16;

    public static Key Import(ReadOnlySpan<byte> key) => Key.Import(AeadAlgorithm.ChaCha20Poly1305, key, KeyBlobFormat.RawSymmetricKey);

    public static Span<byte> Nonce(Span<byte> nonce, long frame, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..], frame);
        nonce[^1] = last ? (byte)1 : (byte)0;
        return nonce;
    }
}

/// <summary>Writes <see cref="SealedFrames"/>. Only what <see cref="Complete"/> has ended can be read.</summary>
/// <param name="target">Where the frames go; not closed.</param>
/// <param name="key">Of ChaCha20-Poly1305.</param>
/// <param name="header">What stands before the frames: checked along with each.</param>
/// <param name="cancel">Ends the work between two frames.</param>
internal sealed class SealingStream(Stream target, Key key, byte[] header, CancellationToken cancel) : OneWayStream
{
    private readonly byte[] _plain = new byte[SealedFrames.FrameSize];
    private readonly byte[] _sealed = new byte[SealedFrames.FrameSize + SealedFrames.TagSize];
    private int _filled;
    private long _frame;

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_filled == _plain.Length)
            {
                Emit(last: false);
            }

            var part = buffer[..Math.Min(buffer.Length, _plain.Length - _filled)];
            part.CopyTo(_plain.AsSpan(_filled));
            _filled += part.Length;
            buffer = buffer[part.Length..];
        }
    }

    /// <summary>Writes the last frame.</summary>
    public void Complete() => Emit(last: true);

    private void Emit(bool last)
    {
        cancel.ThrowIfCancellationRequested();
        Span<byte> nonce = stackalloc byte[12];
        var frame = _sealed.AsSpan(0, _filled + SealedFrames.TagSize);
        AeadAlgorithm.ChaCha20Poly1305.Encrypt(key, SealedFrames.Nonce(nonce, _frame++, last), header, _plain.AsSpan(0, _filled), frame);
        target.Write(frame);
        _filled = 0;
    }
}

/// <summary>Reads <see cref="SealedFrames"/>: every byte that it gives was checked, and its end is the end that was written.</summary>
/// <param name="source">Where the frames come from; not closed.</param>
/// <param name="key">Of ChaCha20-Poly1305.</param>
/// <param name="header">What stands before the frames.</param>
/// <param name="cancel">Ends the work between two frames.</param>
internal sealed class OpeningStream(Stream source, Key key, byte[] header, CancellationToken cancel) : OneWayStream
{
    private readonly byte[] _plain = new byte[SealedFrames.FrameSize];
    private byte[] _sealed = new byte[SealedFrames.FrameSize + SealedFrames.TagSize];
    private byte[] _ahead = new byte[SealedFrames.FrameSize + SealedFrames.TagSize];
    private int _aheadSize = -1;
    private int _size;
    private int _given;
    private long _frame;
    private bool _ended;

    public override bool CanRead => true;

    /// <exception cref="InvalidDataException">A frame is not what was written, or the key is another one.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_given == _size)
        {
            if (_ended)
            {
                return 0;
            }

            Next();
        }

        var part = Math.Min(buffer.Length, _size - _given);
        _plain.AsSpan(_given, part).CopyTo(buffer);
        _given += part;
        return part;
    }

    private void Next()
    {
        cancel.ThrowIfCancellationRequested();
        if (_aheadSize < 0)
        {
            _aheadSize = source.ReadAtLeast(_ahead, _ahead.Length, throwOnEndOfStream: false);
        }

        // Which frame is the last shows only when nothing follows.
        (_sealed, _ahead) = (_ahead, _sealed);
        var size = _aheadSize;
        _aheadSize = size == _sealed.Length ? source.ReadAtLeast(_ahead, _ahead.Length, throwOnEndOfStream: false) : 0;
        _ended = _aheadSize == 0;
        Span<byte> nonce = stackalloc byte[12];
        var plain = Math.Max(0, size - SealedFrames.TagSize);
        if (size < SealedFrames.TagSize
            || !AeadAlgorithm.ChaCha20Poly1305.Decrypt(
                key, SealedFrames.Nonce(nonce, _frame, _ended), header, _sealed.AsSpan(0, size), _plain.AsSpan(0, plain)))
        {
            throw new InvalidDataException(_frame == 0
                ? "the passphrase is another one, or the file is damaged"
                : $"the file is damaged after {_frame * _sealed.Length} bytes, or its end is missing");
        }

        (_size, _given, _frame) = (plain, 0, _frame + 1);
    }
}

/// <summary>A stream that is written or read from its beginning to its end.</summary>
internal abstract class OneWayStream : Stream
{
    public override bool CanRead => false;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
