using System.Net.Sockets;
using Messenger.Domain.Addressing;
using Messenger.Node.Configuration;
using Messenger.Node.Data;
using Messenger.Node.Gui;

namespace Messenger.Node.Commands;

/// <summary><c>messenger run</c>: the node itself, from its start message to its graceful stop.</summary>
internal static class RunCommand
{
    /// <summary>Runs the node until it is told to stop.</summary>
    /// <exception cref="BadOptionException">The options cannot be used together.</exception>
    /// <exception cref="CannotStartException">The data folder, the database or a port is taken, or the database is not there.</exception>
    /// <exception cref="CommandFailedException">Another node took the database.</exception>
    public static async Task RunAsync(NodeOptions options, TextWriter output, CancellationToken stop)
    {
        using var folder = DataFolder.Open(options.DataPath);
        var masterKey = MasterKey.Load(folder);
        await using var storage = await NodeStorage.OpenAsync(folder, options.Database, TimeProvider.System, stop);
        if (options.GuiBeyondLoopback && storage.Accounts.PasswordHash() is null)
        {
            throw new BadOptionException($"{Setting.GuiListen.Option} beyond loopback needs a password first: run 'messenger password set'");
        }

        var (addresses, guessed) = ChooseAddresses(options);
        options = options with { Addresses = addresses };
        await using var app = NodeHost.Build(options, folder, masterKey, storage, TimeProvider.System);
        if (await StartAsync(app, options, stop))
        {
            Announce(output, app, options, guessed);
            await using var lost = storage.Lost.Register(app.Lifetime.StopApplication);
            await app.WaitForShutdownAsync(stop);
        }

        if (storage.Lost.IsCancellationRequested)
        {
            throw new CommandFailedException("Another node has taken the database while the connection to it was lost; this node has stopped.");
        }
    }

    private static (IReadOnlyList<Address> Addresses, bool Guessed) ChooseAddresses(NodeOptions options)
    {
        if (options.Addresses.Count > 0)
        {
            return (options.Addresses, false);
        }

        var (address, guessed) = OwnAddress.Find(options.PeerListen, OwnAddress.Local(), OwnAddress.Routed(options.PeerListen));
        return ([address], guessed);
    }

    /// <returns>False when the node was told to stop before it had started.</returns>
    private static async Task<bool> StartAsync(WebApplication app, NodeOptions options, CancellationToken stop)
    {
        try
        {
            await app.StartAsync(stop);
            return true;
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The host leaves to us what had started already: without this the actors would outlive their databases.
            await app.StopAsync(CancellationToken.None);
            return false;
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await app.StopAsync(CancellationToken.None);
            var where = $"{options.PeerListen} for peers and {(options.GuiListen.Count == 0 ? options.GuiLocal : string.Join(", ", options.GuiListen))} for the browser";
            throw new CannotStartException($"Cannot listen on {where}: {error.Message} Choose others with {Setting.PeerListen.Option} and {Setting.GuiListen.Option}");
        }
    }

    private static void Announce(TextWriter output, WebApplication app, NodeOptions options, bool guessed)
    {
        var link = app.Services.GetRequiredService<SignIn>().NewLink();
        output.WriteLine($"""
            Messenger {NodeVersion.Current} is running.
              Friends dial:    {options.Addresses[0]}{(guessed ? $" (guessed; choose another with {Setting.Address.Option})" : "")}
              Peers' listener: {options.PeerListen}
              Data folder:     {options.DataPath}
              Open once, within 10 minutes: {link.Url}
            Stop with Ctrl+C. 'messenger link' makes another login link.
            """);
    }
}
