using Messenger.Actors.Contacts;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using static Messenger.Actors.Contacts.ImportProtocol;

namespace Messenger.Actors.Tests.Contacts;

public sealed class ContactImportingTests : ContactWorld
{
    [Fact]
    public void An_import_is_answered_after_its_commit_and_repeating_it_commits_nothing_also_when_its_ids_left_the_memory()
    {
        var messages = Enumerable.Range(0, 700).Select(Message).ToArray();

        Assert.All(Import(messages), outcome => Assert.Equal(Importing.Added, outcome));
        var committed = Events.Count;
        Assert.Equal(700, Events.Count(e => e is MessageReceived or MessageQueued));
        Assert.All(Import(messages), outcome => Assert.Equal(Importing.Known, outcome));

        Assert.Equal(committed, Events.Count);
    }

    private static ImportedMessage Message(int n)
    {
        var timestamp = ClaimedTime.Format(1_700_000_000_000_000 + n);
        return n % 2 == 0
            ? new ImportedMessage.Written($"uuid of {n}", timestamp, "", $"out {n}", DateTimeOffset.UnixEpoch, WrittenEnd.Delivered, null)
            : new ImportedMessage.Received(MessageId.Derive(timestamp, "", $"in {n}"), timestamp, "", $"in {n}", DateTimeOffset.UnixEpoch, null, true, true);
    }

    private Importing[] Import(ImportedMessage[] messages) =>
        [.. messages.Chunk(100).SelectMany(some => Ask<MessagesImported>(new ImportMessages(Friend, [.. some])).Outcomes)];
}
