using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Mesh;

/// <summary>Nodes whose only way to each other is IPv6 with the addresses of a cjdns mesh.</summary>
public sealed class MeshTests
{
    [SkippableFact]
    public async Task Two_nodes_of_a_mesh_talk_both_ways_and_one_that_was_away_misses_nothing()
    {
        using var mesh = MeshNetwork.Create();
        await using var anna = await NodeProcess.StartAsync(OnMesh(mesh, 0));
        await using var boris = await NodeProcess.StartAsync(OnMesh(mesh, 1));
        var (borisAtAnna, annaAtBoris) = await Friends.BecomeAsync(anna, boris);
        Assert.Equal(mesh.Addresses[1].ToString(), (await anna.Api.ContactAsync(borisAtAnna)).Address);
        Assert.Equal(mesh.Addresses[0].ToString(), (await boris.Api.ContactAsync(annaAtBoris)).Address);

        await anna.Api.SendAsync(borisAtAnna, "Hello, Boris");
        await boris.Api.SendAsync(annaAtBoris, "Hello, Anna");
        await boris.Api.ReceivesAsync(annaAtBoris, ["Hello, Boris"]);
        await anna.Api.ReceivesAsync(borisAtAnna, ["Hello, Anna"]);

        await boris.StopAsync();
        string[] meanwhile = [.. Enumerable.Range(1, 20).Select(n => $"while you were away {n}")];
        foreach (var text in meanwhile)
        {
            await anna.Api.SendAsync(borisAtAnna, text);
        }

        Assert.Equal(meanwhile.Length, (await anna.Api.ContactAsync(borisAtAnna)).Outbox);
        await boris.StartAgainAsync();
        await boris.Api.ReceivesAsync(annaAtBoris, ["Hello, Boris", .. meanwhile]);
        await anna.Api.AllOutBecomeAsync(borisAtAnna, "delivered");
        await boris.Api.SendAsync(annaAtBoris, "I am back");
        await anna.Api.ReceivesAsync(borisAtAnna, ["Hello, Anna", "I am back"]);
    }

    [SkippableFact]
    public async Task Two_nodes_talk_by_the_addresses_of_real_yggdrasil_daemons()
    {
        await using var mesh = await YggdrasilNetwork.CreateAsync();
        await using var anna = await NodeProcess.StartAsync(new() { PeerHost = mesh.Addresses[0], NetworkNamespace = mesh.Namespaces[0] });
        await using var boris = await NodeProcess.StartAsync(new() { PeerHost = mesh.Addresses[1], NetworkNamespace = mesh.Namespaces[1] });
        var (borisAtAnna, annaAtBoris) = await Friends.BecomeAsync(anna, boris);

        await anna.Api.SendAsync(borisAtAnna, "Hello, Boris");
        await boris.Api.ReceivesAsync(annaAtBoris, ["Hello, Boris"]);
        await boris.StopAsync();
        await anna.Api.SendAsync(borisAtAnna, "while you were away");
        await boris.StartAgainAsync();
        await boris.Api.ReceivesAsync(annaAtBoris, ["Hello, Boris", "while you were away"]);
        await boris.Api.SendAsync(annaAtBoris, "I am back");

        await anna.Api.ReceivesAsync(borisAtAnna, ["I am back"]);
        await anna.Api.AllOutBecomeAsync(borisAtAnna, "delivered");
    }

    private static NodeSettings OnMesh(MeshNetwork mesh, int side) =>
        new() { PeerHost = mesh.Addresses[side], NetworkNamespace = mesh.Namespaces[side] };
}
