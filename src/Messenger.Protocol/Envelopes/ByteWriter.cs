using System.Buffers.Binary;

namespace Messenger.Protocol.Envelopes;

/// <summary>Composes the byte strings that are hashed or signed. LP(x) is the length of x as a big-endian 32-bit number, then x.</summary>
internal ref struct ByteWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;
    private int _length;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _target[.._length];

    /// <summary>The bytes as they are.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_target[_length..]);
        _length += bytes.Length;
    }

    /// <summary>LP(bytes).</summary>
    public void Prefixed(scoped ReadOnlySpan<byte> bytes)
    {
        UInt32((uint)bytes.Length);
        Raw(bytes);
    }

    /// <summary>LP(key).</summary>
    public void Prefixed(Identity identity)
    {
        UInt32(Identity.Size);
        Raw(identity);
    }

    /// <summary>LP(key).</summary>
    public void Prefixed(Prekey prekey)
    {
        UInt32(Hpke.PublicKeySize);
        prekey.CopyTo(_target.Slice(_length, Hpke.PublicKeySize));
        _length += Hpke.PublicKeySize;
    }

    /// <summary>The key as it is.</summary>
    public void Raw(Identity identity)
    {
        identity.CopyTo(_target.Slice(_length, Identity.Size));
        _length += Identity.Size;
    }

    /// <summary>A big-endian 32-bit number.</summary>
    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_target[_length..], value);
        _length += sizeof(uint);
    }

    /// <summary>A big-endian 64-bit number; the numbers of the protocol are never negative.</summary>
    public void UInt64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_target[_length..], value);
        _length += sizeof(long);
    }
}
