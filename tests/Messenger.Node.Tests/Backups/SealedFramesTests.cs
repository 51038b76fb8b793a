using System.Security.Cryptography;
using Messenger.Node.Backups;

namespace Messenger.Node.Tests.Backups;

public sealed class SealedFramesTests
{
    private const int Frame = SealedFrames.FrameSize;
    private const int SealedFrame = Frame + SealedFrames.TagSize;

    private static readonly byte[] Header = "a header"u8.ToArray();
    private static readonly byte[] Secret = [.. Enumerable.Range(0, SealedFrames.KeySize).Select(i => (byte)i)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Frame - 1)]
    [InlineData(Frame)]
    [InlineData(Frame + 1)]
    [InlineData(3 * Frame)]
    [InlineData((3 * Frame) + 77)]
    public void What_was_sealed_opens_to_the_same_whatever_its_length(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);

        var box = Seal(plain);

        Assert.Equal(length + (Math.Max(1, (length + Frame - 1) / Frame) * SealedFrames.TagSize), box.Length);
        Assert.Equal(plain, Open(box));
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        var box = Seal(new byte[50]);
        for (var bit = 0; bit < box.Length * 8; bit++)
        {
            box[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => Open(box));
            box[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Every_cut_is_noticed()
    {
        var box = Seal(new byte[(2 * Frame) + 10]);
        for (var length = 0; length < box.Length; length += length % SealedFrame is 0 or SealedFrame - 1 or < 20 ? 1 : 997)
        {
            Assert.Throws<InvalidDataException>(() => Open(box[..length]));
        }
    }

    [Fact]
    public void What_is_added_doubled_left_out_or_exchanged_is_noticed()
    {
        var box = Seal(RandomNumberGenerator.GetBytes(4 * Frame));
        byte[] Part(int number) => box[(number * SealedFrame)..((number + 1) * SealedFrame)];
        byte[][] changed =
        [
            [.. box, 0],
            [.. box, .. Part(3)],
            [.. box, .. Seal([])],
            [.. Part(0), .. Part(0), .. Part(1), .. Part(2), .. Part(3)],
            [.. Part(0), .. Part(2), .. Part(3)],
            [.. Part(1), .. Part(0), .. Part(2), .. Part(3)],
            Part(0),
        ];

        Assert.All(changed, bytes => Assert.Throws<InvalidDataException>(() => Open(bytes)));
    }

    [Fact]
    public void Another_header_or_another_key_opens_nothing()
    {
        var box = Seal([1, 2, 3]);

        Assert.Throws<InvalidDataException>(() => Open(box, header: "b header"u8.ToArray()));
        Assert.Throws<InvalidDataException>(() => Open(box, secret: new byte[SealedFrames.KeySize]));
    }

    [Fact]
    public void What_was_not_completed_cannot_be_read()
    {
        using var target = new MemoryStream();
        using var key = SealedFrames.Import(Secret);
        using (var stream = new SealingStream(target, key, Header, CancellationToken.None))
        {
            stream.Write(new byte[2 * Frame]);
        }

        Assert.Throws<InvalidDataException>(() => Open(target.ToArray()));
    }

    private static byte[] Seal(byte[] plain)
    {
        using var target = new MemoryStream();
        using var key = SealedFrames.Import(Secret);
        using var stream = new SealingStream(target, key, Header, CancellationToken.None);
        for (var i = 0; i < plain.Length; i += 50_000)
        {
            stream.Write(plain, i, Math.Min(50_000, plain.Length - i));
        }

        stream.Complete();
        return target.ToArray();
    }

    private static byte[] Open(byte[] box, byte[]? header = null, byte[]? secret = null)
    {
        using var plain = new MemoryStream();
        using var key = SealedFrames.Import(secret ?? Secret);
        using var stream = new OpeningStream(new MemoryStream(box), key, header ?? Header, CancellationToken.None);
        stream.CopyTo(plain);
        return plain.ToArray();
    }
}
