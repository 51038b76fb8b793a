using Messenger.Domain.Contacts;
using Messenger.Node.Peers;

namespace Messenger.Node.Tests.Peers;

public sealed class ContactTurnsTests
{
    private static readonly ContactId Anna = new("anna");
    private static readonly ContactId Boris = new("boris");
    private readonly ContactTurns _turns = new(atOnce: 1, waiting: 1);

    [Fact]
    public async Task Who_has_a_turn_keeps_the_next_call_waiting_until_it_ends()
    {
        var first = await TakeAsync(Anna);
        var second = TakeAsync(Anna);
        Assert.False(second.IsCompleted);

        first!.Dispose();

        Assert.NotNull(await second);
    }

    [Fact]
    public async Task More_than_may_wait_get_no_turn()
    {
        _ = await TakeAsync(Anna);
        var waiting = TakeAsync(Anna);

        Assert.Null(await TakeAsync(Anna));
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task One_contact_does_not_keep_another_waiting()
    {
        _ = await TakeAsync(Anna);

        Assert.NotNull(await TakeAsync(Boris));
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_place_to_the_next()
    {
        using var patience = new CancellationTokenSource();
        var first = await TakeAsync(Anna);
        var givesUp = _turns.TakeAsync(Anna, patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);

        var next = TakeAsync(Anna);
        first!.Dispose();

        Assert.NotNull(await next);
    }

    [Fact]
    public async Task A_contact_whose_calls_have_all_ended_begins_anew()
    {
        for (var round = 0; round < 3; round++)
        {
            var first = await TakeAsync(Anna);
            var second = TakeAsync(Anna);
            Assert.Null(await TakeAsync(Anna));
            first!.Dispose();
            (await second)!.Dispose();
        }
    }

    private Task<IDisposable?> TakeAsync(ContactId contact) => _turns.TakeAsync(contact, CancellationToken.None).AsTask();
}
