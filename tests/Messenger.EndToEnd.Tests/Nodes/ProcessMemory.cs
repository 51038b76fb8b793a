using System.Globalization;

namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>The memory of a running process, as its owner's kernel shows it.</summary>
internal static class ProcessMemory
{
    private const int Chunk = 4 << 20;

    /// <summary>Whether any readable page holds one of the byte sequences, none of which is longer than 4 KiB.</summary>
    public static bool Holds(int process, params byte[][] wanted)
    {
        using var memory = new FileStream($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var buffer = new byte[Chunk];
        return File.ReadLines($"/proc/{process}/maps").Any(line => Holds(memory, line, buffer, wanted));
    }

    private static bool Holds(FileStream memory, string line, byte[] buffer, byte[][] wanted)
    {
        var fields = line.Split(' ', 2);
        var bounds = fields[0].Split('-').Select(text => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        if (!fields[1].StartsWith('r') || bounds[1] > long.MaxValue)
        {
            return false;
        }

        const int overlap = 4096;
        for (var at = (long)bounds[0]; at < (long)bounds[1]; at += Chunk - overlap)
        {
            var count = Read(memory, at, buffer.AsSpan(0, (int)Math.Min(Chunk, (long)bounds[1] - at)));
            if (wanted.Any(bytes => buffer.AsSpan(0, count).IndexOf(bytes) >= 0))
            {
                return true;
            }
        }

        return false;
    }

    // Some mappings belong to devices or were unmapped meanwhile: they hold nothing of the program's.
    private static int Read(FileStream memory, long at, Span<byte> buffer)
    {
        var total = 0;
        try
        {
            while (total < buffer.Length && RandomAccess.Read(memory.SafeFileHandle, buffer[total..], at + total) is var count and > 0)
            {
                total += count;
            }
        }
        catch (IOException)
        {
            return total;
        }

        return total;
    }
}
