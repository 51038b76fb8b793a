using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Storage.Tests.Relays;

/// <summary>What every relay store does, whatever database it is in.</summary>
public abstract class RelayStoreTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ContactId Anna = new("anna");
    private static readonly ContactId Bert = new("bert");
    private static readonly ContactId Carl = new("carl");
    private static readonly RelayQuota Quota = new();

    private protected abstract IRelayStore Store { get; }

    [SkippableFact]
    public async Task A_message_comes_out_as_it_went_in()
    {
        var message = Message("hello", Anna, Bert);
        Assert.Equal(RelayStoring.Stored, await Store.StoreAsync(message, Quota, default));

        Assert.Equal(message, Assert.Single(await Pending(Bert)).Message);
        Assert.Empty(await Pending(Anna));
    }

    [SkippableFact]
    public async Task The_same_message_for_the_same_recipient_is_held_once()
    {
        await Store.StoreAsync(Message("hello", Anna, Bert), Quota, default);

        Assert.Equal(RelayStoring.Held, await Store.StoreAsync(Message("hello", Carl, Bert), Quota, default));
        Assert.Equal(RelayStoring.Stored, await Store.StoreAsync(Message("hello", Anna, Carl), Quota, default));
        Assert.Single(await Pending(Bert));
    }

    [SkippableFact]
    public async Task Messages_wait_in_order_of_arrival_and_leave_in_portions()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.StoreAsync(Message($"message {i}", Anna, Bert), Quota, default);
        }

        var size = Message("message 0", Anna, Bert).Bytes;
        Assert.Equal(["message 0", "message 1", "message 2"], (await Store.PendingAsync(Bert, 3, 1 << 20, default)).Select(m => m.Message.Text));
        Assert.Equal(["message 0", "message 1"], (await Store.PendingAsync(Bert, 5, 2 * size, default)).Select(m => m.Message.Text));
        Assert.Single(await Store.PendingAsync(Bert, 5, 1, default));
    }

    [SkippableFact]
    public async Task A_used_up_quota_stores_nothing()
    {
        var size = Message("message 0", Anna, Bert).Bytes;
        RelayQuota[] quotas =
        [
            Quota with { MessagesPerRequester = 2 },
            Quota with { BytesPerRequester = 2 * size },
            Quota with { BytesInAll = 2 * size },
        ];
        await Store.StoreAsync(Message("message 0", Anna, Bert), Quota, default);
        await Store.StoreAsync(Message("message 1", Anna, Bert), Quota, default);
        foreach (var quota in quotas)
        {
            Assert.Equal(RelayStoring.OverQuota, await Store.StoreAsync(Message("message 2", Anna, Bert), quota, default));
        }

        Assert.Equal(2, (await Pending(Bert)).Length);
        Assert.Equal(RelayStoring.Stored, await Store.StoreAsync(Message("message 2", Carl, Bert), quotas[0], default));
        Assert.Equal(RelayStoring.OverQuota, await Store.StoreAsync(Message("message 3", Carl, Bert), quotas[2], default));
    }

    [SkippableFact]
    public async Task Requests_at_the_same_time_do_not_pass_the_quota_together()
    {
        var quota = Quota with { MessagesPerRequester = 10 };
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Store.StoreAsync(Message($"message {i}", Anna, Bert), quota, default)));

        Assert.Equal(10, answers.Count(a => a == RelayStoring.Stored));
        Assert.Equal(10, (await Pending(Bert)).Length);
    }

    [SkippableFact]
    public async Task What_was_delivered_makes_room_again()
    {
        var quota = Quota with { MessagesPerRequester = 1 };
        await Store.StoreAsync(Message("one", Anna, Bert), quota, default);
        await Store.RemoveAsync([.. (await Pending(Bert)).Select(m => m.Number)], default);

        Assert.Empty(await Pending(Bert));
        Assert.Equal(RelayStoring.Stored, await Store.StoreAsync(Message("two", Anna, Bert), quota, default));
    }

    [SkippableFact]
    public async Task A_late_delivery_report_does_not_hit_a_newer_message()
    {
        await Store.StoreAsync(Message("one", Anna, Bert), Quota, default);
        ImmutableArray<long> numbers = [(await Pending(Bert))[0].Number];
        await Store.RemoveAsync(numbers, default);
        await Store.StoreAsync(Message("two", Anna, Bert), Quota, default);
        await Store.RemoveAsync(numbers, default);

        Assert.Single(await Pending(Bert));
    }

    [SkippableFact]
    public async Task What_expired_is_dropped()
    {
        await Store.StoreAsync(Message("one", Anna, Bert) with { ExpiresAt = Now.AddDays(1) }, Quota, default);
        await Store.StoreAsync(Message("two", Anna, Bert) with { ExpiresAt = Now.AddDays(2) }, Quota, default);
        await Store.ExpireAsync(Now.AddDays(1), default);

        Assert.Equal(["two"], (await Pending(Bert)).Select(m => m.Message.Text));
    }

    [SkippableFact]
    public async Task Nothing_is_left_from_or_for_a_forgotten_contact()
    {
        await Store.StoreAsync(Message("one", Anna, Bert), Quota, default);
        await Store.StoreAsync(Message("two", Bert, Carl), Quota, default);
        await Store.StoreAsync(Message("three", Anna, Carl), Quota, default);
        await Store.ForgetAsync(Bert, default);

        var left = Message("three", Anna, Carl);
        Assert.Equal(new RelayHolding(Carl, 1, left.Bytes), Assert.Single(await Store.HoldingsAsync(default)));
    }

    [SkippableFact]
    public async Task Holdings_are_counted_per_recipient()
    {
        await Store.StoreAsync(Message("one", Anna, Bert), Quota, default);
        await Store.StoreAsync(Message("two", Carl, Bert), Quota, default);

        var bytes = Message("one", Anna, Bert).Bytes + Message("two", Carl, Bert).Bytes;
        Assert.Equal(new RelayHolding(Bert, 2, bytes), Assert.Single(await Store.HoldingsAsync(default)));
    }

    private protected static RelayedMessage Message(string text, ContactId requester, ContactId recipient) => new(
        MessageId.Derive("1", "", text), requester, recipient, "10.0.0.1", "10.0.0.2", text, "1", "", Now, Now.AddDays(14));

    private Task<ImmutableArray<HeldMessage>> Pending(ContactId recipient) => Store.PendingAsync(recipient, 100, 1 << 20, default);
}
