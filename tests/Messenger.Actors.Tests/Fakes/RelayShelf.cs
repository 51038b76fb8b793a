using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;

namespace Messenger.Actors.Tests.Fakes;

/// <summary>A relay store in memory, without quotas.</summary>
internal sealed class RelayShelf : IRelayStore
{
    private readonly Lock _lock = new();
    private ImmutableSortedDictionary<long, RelayedMessage> _held = ImmutableSortedDictionary<long, RelayedMessage>.Empty;
    private long _last;

    /// <summary>What is held now.</summary>
    public ImmutableSortedDictionary<long, RelayedMessage> Held => _held;

    public Task<RelayStoring> StoreAsync(RelayedMessage message, RelayQuota quota, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _held = _held.Add(++_last, message);
            return Task.FromResult(RelayStoring.Stored);
        }
    }

    public Task<ImmutableArray<HeldMessage>> PendingAsync(ContactId recipient, int count, int bytes, CancellationToken cancellation) =>
        Task.FromResult<ImmutableArray<HeldMessage>>([.. _held.Where(h => h.Value.Recipient == recipient).Take(count).Select(h => new HeldMessage(h.Key, h.Value))]);

    public Task RemoveAsync(ImmutableArray<long> numbers, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _held = _held.RemoveRange(numbers);
            return Task.CompletedTask;
        }
    }

    public Task ExpireAsync(DateTimeOffset now, CancellationToken cancellation) => throw new NotSupportedException();

    public Task ForgetAsync(ContactId contact, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<RelayHolding>> HoldingsAsync(CancellationToken cancellation) => throw new NotSupportedException();
}
