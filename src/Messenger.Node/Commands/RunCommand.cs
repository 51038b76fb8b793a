using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Messenger.Domain.Addressing;
using Messenger.Node.Api;
using Messenger.Node.Cluster;
using Messenger.Node.Configuration;
using Messenger.Node.Data;
using Messenger.Node.Gui;
using Messenger.Node.Locked;

namespace Messenger.Node.Commands;

/// <summary><c>messenger run</c>: the node itself, from its start message to its graceful stop.</summary>
internal static class RunCommand
{
    // How long a node may take from its lock on the data folder until it answers.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    // One thread writes the journal, another one the read model, and both wait for the disk: on two cores nobody would be left.
    private const int LeastThreads = 4;

    /// <summary>Runs the node until it is told to stop.</summary>
    /// <param name="options">How it is to run.</param>
    /// <param name="open">Whether to open it in the browser; then a node that has the data folder already will do.</param>
    /// <param name="output">Where the start message goes.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="BadOptionException">The options cannot be used together.</exception>
    /// <exception cref="CannotStartException">The data folder, the database or a port is taken, or the database is not there.</exception>
    /// <exception cref="CommandFailedException">Another node took the database.</exception>
    public static async Task RunAsync(NodeOptions options, bool open, TextWriter output, CancellationToken stop)
    {
        DataFolder.KeepFromOthers();
        HaveThreads();
        using var folder = open ? await OpenOrShowAsync(options.DataPath, output, stop) : DataFolder.Open(options.DataPath);
        if (folder is null)
        {
            return;
        }

        if (options.Cluster?.KeyFile is { } sharedKey)
        {
            MasterKey.Share(folder, sharedKey);
        }

        var masterKey = MasterKey.IsLocked(folder) ? null : MasterKey.Load(folder);
        await using var storage = await NodeStorage.OpenAsync(folder, options.Database, options.Cluster is not null, TimeProvider.System, stop);
        if (options.GuiBeyondLoopback && storage.Accounts.PasswordHash() is null)
        {
            throw new BadOptionException($"{Setting.GuiListen.Option} beyond loopback needs a password first: run 'messenger password set'");
        }

        var (addresses, guessed) = ChooseAddresses(options);
        using var certificate = options.PeerTls ? PeerCertificate.Load(folder) : null;
        options = options with { Addresses = [.. addresses.Select(address => Shown(address, certificate))], PeerCertificate = certificate };
        masterKey ??= await UnlockAsync(options, folder, storage, output, stop);
        if (masterKey is null)
        {
            return;
        }

        await using var app = NodeHost.Build(options, folder, masterKey, storage, TimeProvider.System);
        if (await StartAsync(app, options, stop))
        {
            Announce(output, app, options, guessed);
            await using var lost = storage.Lost.Register(app.Lifetime.StopApplication);
            var opening = open ? ShowAsync(app, output) : Task.CompletedTask;
            await app.WaitForShutdownAsync(stop);
            await opening;
        }

        if (app.Services.GetService<Membership>() is { IsEnded: true })
        {
            throw new CommandFailedException("The cluster goes on without this member: it was cut off, or it does not belong there. Start it again to join anew.");
        }

        if (storage.Lost.IsCancellationRequested)
        {
            throw new CommandFailedException("Another node has taken the database while the connection to it was lost; this node has stopped.");
        }
    }

    private static void HaveThreads()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, LeastThreads), completions);
    }

    /// <summary>Takes the data folder, or opens the browser on the node that has it.</summary>
    /// <returns>Null when another node is shown.</returns>
    private static async Task<DataFolder?> OpenOrShowAsync(string dataPath, TextWriter output, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return DataFolder.Open(dataPath);
            }
            catch (DataFolderInUseException) when (TimeProvider.System.GetElapsedTime(started) < LongestStart)
            {
                if (await ShowRunningAsync(dataPath, output, stop))
                {
                    return null;
                }

                // It is starting: whoever clicks twice starts two.
                await Task.Delay(TimeSpan.FromMilliseconds(200), stop);
            }
        }
    }

    /// <returns>False when the node that has the folder does not answer yet.</returns>
    private static async Task<bool> ShowRunningAsync(string dataPath, TextWriter output, CancellationToken stop)
    {
        LoginLinkAnswer link;
        try
        {
            using var node = new NodeClient(dataPath);
            link = await node.PostAsync("api/v1/session/link", null, ApiJson.Default.LoginLinkAnswer, stop);
        }
        catch (CommandFailedException)
        {
            return false;
        }

        output.WriteLine($"A node is running already on {dataPath}; opening it in the browser.");
        if (!await DesktopBrowser.OpenAsync(link.Url, stop))
        {
            throw new CommandFailedException($"No browser could be opened. Open this once, within 10 minutes: {link.Url}");
        }

        return true;
    }

    private static async Task ShowAsync(WebApplication app, TextWriter output)
    {
        var link = app.Services.GetRequiredService<SignIn>().NewLink();
        if (!await DesktopBrowser.OpenAsync(link.Url, app.Lifetime.ApplicationStopping))
        {
            output.WriteLine("No browser could be opened; open the link above yourself.");
        }
    }

    /// <returns>Null when the node was told to stop instead.</returns>
    private static async Task<MasterKey?> UnlockAsync(NodeOptions options, DataFolder folder, NodeStorage storage, TextWriter output, CancellationToken stop)
    {
        var unlocked = new TaskCompletionSource<MasterKey>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = LockedHost.Build(options, folder, storage.Accounts, unlocked, TimeProvider.System);
        if (!await StartAsync(app, options, stop))
        {
            return null;
        }

        output.WriteLine($"The keys in {folder.Path} are locked; run 'messenger unlock'. Until then friends keep what they have for this node. Stop with Ctrl+C.");
        await Task.WhenAny(unlocked.Task, app.WaitForShutdownAsync(stop));
        await app.StopAsync(CancellationToken.None);
        return unlocked.Task.IsCompletedSuccessfully ? await unlocked.Task : null;
    }

    // By TLS alone nobody could dial an address without a scheme.
    private static Address Shown(Address address, X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            return address;
        }

        var dialed = address.Typed.Contains("://", StringComparison.Ordinal) ? address : Address.Parse("https://" + address.Typed);
        return dialed.Scheme == Uri.UriSchemeHttps ? dialed.WithCertificate(PeerCertificate.HashOf(certificate)) : dialed;
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
              Friends dial:    {options.Addresses[0].Full}{(guessed ? $" (guessed; choose another with {Setting.Address.Option})" : "")}
              Peers' listener: {options.PeerListen}
              Data folder:     {options.DataPath}
              Open once, within 10 minutes: {link.Url}
            Stop with Ctrl+C. 'messenger link' makes another login link.
            """);
    }
}
