using Akka.Actor;
using static Messenger.Actors.History.HistoryProtocol;

namespace Messenger.Actors.History;

/// <summary>Those who wait until the read model is far enough.</summary>
internal sealed class HistoryWaiters
{
    private readonly Dictionary<string, List<(WaitFor Wait, IActorRef ReplyTo)>> _waiting = [];
    private readonly List<IActorRef> _forReady = [];
    private readonly List<(int Transactions, IActorRef ReplyTo)> _forTold = [];
    private readonly Dictionary<string, long> _behind = [];
    private bool _hasBegun;

    /// <summary>Whether the read model has what the journal had at the start.</summary>
    public bool IsReady => _hasBegun && _behind.Count == 0;

    /// <summary>The read model is ready when it has what the journal had at the start.</summary>
    public void Begin(IReadOnlyDictionary<string, long> offsets, IReadOnlyDictionary<string, long> lastSequences)
    {
        _hasBegun = true;
        _forTold.ForEach(waiting => waiting.ReplyTo.Tell(new Status.Failure(new InvalidOperationException("The read model begins again."))));
        _forTold.Clear();
        _behind.Clear();
        foreach (var (persistenceId, last) in lastSequences.Where(l => l.Value > offsets.GetValueOrDefault(l.Key)))
        {
            _behind.Add(persistenceId, last);
        }

        Release(offsets);
    }

    public void Add(WaitFor wait, IActorRef replyTo, long applied)
    {
        if (wait.Sequence <= applied)
        {
            replyTo.Tell(new Reached(wait.PersistenceId, wait.Sequence));
        }
        else if (_waiting.TryGetValue(wait.PersistenceId, out var others))
        {
            others.Add((wait, replyTo));
        }
        else
        {
            _waiting.Add(wait.PersistenceId, [(wait, replyTo)]);
        }
    }

    public void AddForReady(IActorRef replyTo)
    {
        _forReady.Add(replyTo);
        ReleaseIfReady();
    }

    /// <summary>Whether somebody waits for what was told, or for a row.</summary>
    public bool SomebodyWaits => _forTold.Count > 0 || _waiting.Count > 0;

    /// <summary>Waits for so many more transactions; 0 is answered at once, <see cref="int.MaxValue"/> when nothing is left to do.</summary>
    public void AddForTold(int transactions, IActorRef replyTo)
    {
        if (transactions == 0)
        {
            replyTo.Tell(new UpToDate());
        }
        else
        {
            _forTold.Add((transactions, replyTo));
        }
    }

    /// <summary>A transaction was committed.</summary>
    /// <param name="isLast">Whether nothing is left to do.</param>
    public void Applied(bool isLast)
    {
        var waiting = _forTold.ToArray();
        _forTold.Clear();
        foreach (var (transactions, replyTo) in waiting)
        {
            AddForTold(isLast ? 0 : transactions == int.MaxValue ? transactions : transactions - 1, replyTo);
        }
    }

    public void Release(IReadOnlyDictionary<string, long> offsets)
    {
        foreach (var (persistenceId, applied) in offsets)
        {
            if (_behind.TryGetValue(persistenceId, out var last) && last <= applied)
            {
                _behind.Remove(persistenceId);
            }

            if (_waiting.Remove(persistenceId, out var waiting))
            {
                waiting.ForEach(w => Add(w.Wait, w.ReplyTo, applied));
            }
        }

        ReleaseIfReady();
    }

    private void ReleaseIfReady()
    {
        if (IsReady)
        {
            _forReady.ForEach(r => r.Tell(new Ready()));
            _forReady.Clear();
        }
    }
}
