using System.Net;
using Messenger.Node.Tests.Gui;

namespace Messenger.Node.Tests.Api;

public sealed class RetentionApiTests
{
    [Fact]
    public async Task Messages_are_kept_for_ever_until_the_owner_says_otherwise()
    {
        await using var node = await NodeUnderTest.StartAsync();

        Assert.Equal("""{"days":null}""", (await node.GetAsync("/api/v1/retention")).Text);
        Assert.Equal("""{"days":30}""", (await node.SendAsync(HttpMethod.Put, "/api/v1/retention", new { days = 30 })).Text);
        Assert.Equal("""{"days":30}""", (await node.GetAsync("/api/v1/retention")).Text);
        Assert.Equal("""{"days":null}""", (await node.SendAsync(HttpMethod.Put, "/api/v1/retention", new { days = (int?)null })).Text);
        Assert.Equal("""{"days":null}""", (await node.GetAsync("/api/v1/retention")).Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(36_501)]
    public async Task A_limit_that_makes_no_sense_changes_nothing(int days)
    {
        await using var node = await NodeUnderTest.StartAsync();

        var answer = await node.SendAsync(HttpMethod.Put, "/api/v1/retention", new { days });

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("\"bad_days\"", answer.Text, StringComparison.Ordinal);
        Assert.Equal("""{"days":null}""", (await node.GetAsync("/api/v1/retention")).Text);
    }
}
