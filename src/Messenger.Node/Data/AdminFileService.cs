using Messenger.Node.Configuration;
using Messenger.Node.Gui;

namespace Messenger.Node.Data;

/// <summary>Keeps <see cref="AdminFile"/> in the data folder from the moment the listeners answer until the node begins to stop.</summary>
internal sealed class AdminFileService(NodeOptions options, AdminToken token) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Remove();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        new AdminFile(new Uri($"http://{options.GuiLocal}/"), token.Value).Write(options.DataPath);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Remove();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task Remove()
    {
        AdminFile.Remove(options.DataPath);
        return Task.CompletedTask;
    }
}
