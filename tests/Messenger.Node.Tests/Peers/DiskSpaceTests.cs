using Messenger.Node.Peers;
using Microsoft.Extensions.Time.Testing;

namespace Messenger.Node.Tests.Peers;

public sealed class DiskSpaceTests
{
    [Theory]
    [InlineData(0L, true)]
    [InlineData(long.MaxValue, false)]
    public void There_is_room_while_more_than_the_reserve_is_free(long reserve, bool room) =>
        Assert.Equal(room, new DiskSpace(Path.GetTempPath(), reserve, new FakeTimeProvider()).HasRoom);
}
