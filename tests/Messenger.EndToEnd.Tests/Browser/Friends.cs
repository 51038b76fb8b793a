using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>Two nodes that have accepted each other.</summary>
internal sealed class Friends : IAsyncDisposable
{
    private Friends(NodeProcess anna, NodeProcess boris, string borisAtAnna, string annaAtBoris) =>
        (Anna, Boris, BorisAtAnna, AnnaAtBoris) = (anna, boris, borisAtAnna, annaAtBoris);

    public NodeProcess Anna { get; }

    public NodeProcess Boris { get; }

    /// <summary>Id of Boris in Anna's list.</summary>
    public string BorisAtAnna { get; }

    /// <summary>Id of Anna in Boris's list.</summary>
    public string AnnaAtBoris { get; }

    /// <summary>Starts both and has Boris ask.</summary>
    public static async Task<Friends> StartAsync(string borisCallsHimself = "Boris")
    {
        var anna = await NodeProcess.StartAsync(new() { Nick = "Anna" });
        var boris = await NodeProcess.StartAsync(new() { Nick = borisCallsHimself });
        var asked = await boris.Api.AddContactAsync(anna.Address, "Anna");
        var request = await anna.Api.ContactBecomesAsync(contact => contact.State == "pending", "pending");
        await anna.Api.ActAsync(request.Id, "accept");
        await boris.Api.ContactBecomesAsync(contact => contact.State == "accepted", "accepted");
        return new(anna, boris, request.Id, asked.Id);
    }

    public async ValueTask DisposeAsync()
    {
        await Anna.DisposeAsync();
        await Boris.DisposeAsync();
    }
}
