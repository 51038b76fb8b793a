using System.Threading.RateLimiting;
using Messenger.Domain.Contacts;

namespace Messenger.Node.Peers;

/// <summary>
/// Keeps each contact to its share: so many calls at once, so many that wait, and no more. Nothing is kept of a contact that does not call:
/// the partitioned limiter of the library would look after its partitions ten times a second, as long as the node runs.
/// </summary>
/// <param name="atOnce">Calls of one contact that are answered at the same time.</param>
/// <param name="waiting">Calls of one contact that wait for their turn.</param>
internal sealed class ContactTurns(int atOnce, int waiting)
{
    private readonly Dictionary<ContactId, Share> _shares = [];
    private readonly Lock _gate = new();

    /// <summary>Waits for a turn.</summary>
    /// <returns>The turn, to be disposed of; <see langword="null"/> when as many as may wait are waiting.</returns>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public async ValueTask<IDisposable?> TakeAsync(ContactId contact, CancellationToken cancellation)
    {
        var share = Enter(contact);
        try
        {
            var lease = await share.Limiter.AcquireAsync(1, cancellation);
            if (lease.IsAcquired)
            {
                return new Turn(this, contact, share, lease);
            }
        }
        catch
        {
            Leave(contact, share);
            throw;
        }

        Leave(contact, share);
        return null;
    }

    private Share Enter(ContactId contact)
    {
        lock (_gate)
        {
            if (!_shares.TryGetValue(contact, out var share))
            {
                share = new Share(new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = waiting }));
                _shares.Add(contact, share);
            }

            share.Users++;
            return share;
        }
    }

    private void Leave(ContactId contact, Share share)
    {
        lock (_gate)
        {
            if (--share.Users > 0)
            {
                return;
            }

            _shares.Remove(contact);
        }

        share.Limiter.Dispose();
    }

    private sealed class Share(ConcurrencyLimiter limiter)
    {
        public ConcurrencyLimiter Limiter { get; } = limiter;

        public int Users { get; set; }
    }

    private sealed class Turn(ContactTurns turns, ContactId contact, Share share, RateLimitLease lease) : IDisposable
    {
        public void Dispose()
        {
            lease.Dispose();
            turns.Leave(contact, share);
        }
    }
}
