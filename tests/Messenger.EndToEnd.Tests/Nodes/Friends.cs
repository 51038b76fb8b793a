namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>Two nodes that have accepted each other.</summary>
internal static class Friends
{
    /// <summary>One asks, the other accepts; the ids under which each knows the other.</summary>
    public static async Task<(string OfAsked, string OfAsker)> BecomeAsync(NodeProcess asker, NodeProcess asked)
    {
        var before = (await asked.Api.ContactsAsync()).Select(c => c.Id).ToHashSet();
        var ofAsked = (await asker.Api.AddContactAsync(asked.Address)).Id;
        var ofAsker = (await asked.Api.ContactBecomesAsync(c => c.State == "pending" && !before.Contains(c.Id), "pending")).Id;
        await asked.Api.ActAsync(ofAsker, "accept");
        await asker.Api.ContactBecomesAsync(c => c.Id == ofAsked && c.State == "accepted", "accepted");
        return (ofAsked, ofAsker);
    }
}
