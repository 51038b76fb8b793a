using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;

namespace Messenger.Node.Metrics;

/// <summary>Counts what is carried for friends.</summary>
internal sealed class MeasuredRelayStore(IRelayStore inner, NodeMeter meter) : IRelayStore
{
    public async Task<RelayStoring> StoreAsync(RelayedMessage message, RelayQuota quota, CancellationToken cancellation)
    {
        var stored = await inner.StoreAsync(message, quota, cancellation);
        meter.Carried(
            stored switch
            {
                RelayStoring.Stored => "taken",
                RelayStoring.Held => "known",
                _ => "full",
            },
            1);
        return stored;
    }

    public Task<ImmutableArray<HeldMessage>> PendingAsync(ContactId recipient, int count, int bytes, CancellationToken cancellation) =>
        inner.PendingAsync(recipient, count, bytes, cancellation);

    public async Task RemoveAsync(ImmutableArray<long> numbers, CancellationToken cancellation)
    {
        await inner.RemoveAsync(numbers, cancellation);
        meter.Carried("handed_on", numbers.Length);
    }

    public Task ExpireAsync(DateTimeOffset now, CancellationToken cancellation) => inner.ExpireAsync(now, cancellation);

    public Task ForgetAsync(ContactId contact, CancellationToken cancellation) => inner.ForgetAsync(contact, cancellation);

    public Task<ImmutableArray<RelayHolding>> HoldingsAsync(CancellationToken cancellation) => inner.HoldingsAsync(cancellation);
}
