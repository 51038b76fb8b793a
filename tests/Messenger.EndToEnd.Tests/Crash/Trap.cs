using System.Collections.Concurrent;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>A request that says some texts, and how to read its answer.</summary>
/// <param name="Request">The request.</param>
/// <param name="Texts">What it says.</param>
/// <param name="Acknowledges">Whether an answer promises that all of it is kept.</param>
/// <param name="KnowsItAlready">Whether an answer to a repetition shows that it was kept the first time, as far as the wire can tell.</param>
internal sealed record Utterance(
    RawRequest Request, IReadOnlyList<string> Texts, Func<string, bool> Acknowledges, Func<string, bool> KnowsItAlready);

/// <summary>Writers side by side who pull the plug at one of their answers and, once the node is back, say everything again.</summary>
/// <param name="kept">Where the victim shows what it has been told.</param>
/// <param name="writers">Each says one thing after the other.</param>
internal sealed class Trap(End kept, IEnumerable<(Author Author, IEnumerable<Utterance> Utterances)> writers)
{
    private readonly (Author Author, Utterance[] Utterances)[] writers = [.. writers.Select(w => (w.Author, w.Utterances.ToArray()))];
    private readonly ConcurrentDictionary<Utterance, bool> acknowledged = [];

    public int Utterances => writers.Sum(writer => writer.Utterances.Length);

    /// <summary>Speaks, and kills the node the moment it has begun to answer for the <paramref name="answers"/>th time.</summary>
    public async Task SpringAsync(NodeProcess victim, int answers)
    {
        var left = answers;
        Task? killed = null;
        await Task.WhenAll(writers.Select(writer => Task.Factory.StartNew(
            () => Speak(writer.Author, writer.Utterances), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        await (killed ?? victim.KillAsync());

        void Speak(Author author, Utterance[] utterances)
        {
            foreach (var utterance in utterances)
            {
                var answer = utterance.Request.Exchange(Answered);
                if (!utterance.Acknowledges(answer))
                {
                    Assert.True(Volatile.Read(ref left) <= 0, $"Not acknowledged while the node was up: {answer}{victim.Evidence()}");
                    return;
                }

                author.Acknowledge(utterance.Texts);
                acknowledged[utterance] = true;
            }
        }

        void Answered()
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                killed = victim.KillAsync();
            }
        }
    }

    /// <summary>Demands that the node has by itself what it acknowledged, before anybody says it again.</summary>
    public async Task CheckKeptAsync()
    {
        var texts = await kept.ReadAsync();
        foreach (var (author, _) in writers)
        {
            author.Check(texts, kept.Name);
        }
    }

    /// <summary>Says everything again, as whoever missed an answer does, and what was cut off for the first time.</summary>
    public async Task RepeatAsync()
    {
        foreach (var (author, utterances) in writers)
        {
            foreach (var utterance in utterances)
            {
                var answer = await Eventually.Reads(
                    () => Task.Run(() => utterance.Request.Exchange(() => { })), utterance.Acknowledges, "what is said again is acknowledged");
                Assert.True(
                    !acknowledged.ContainsKey(utterance) || utterance.KnowsItAlready(answer),
                    $"LOST: what was acknowledged is news when it is said again: {answer}");
                author.Acknowledge(utterance.Texts);
            }
        }
    }
}
