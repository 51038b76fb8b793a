using System.ComponentModel;
using System.Diagnostics;

namespace Messenger.Node.Commands;

/// <summary>The browser of the desktop on which the node runs.</summary>
internal static class DesktopBrowser
{
    // In a session of its own, or Ctrl+C in the node's terminal would end the browser as well; away from the terminal's streams, which
    // would break under a browser that outlives the command.
    private const string OpenDetached =
        """command -v setsid > /dev/null && exec setsid xdg-open "$0" < /dev/null > /dev/null 2>&1; exec xdg-open "$0" < /dev/null > /dev/null 2>&1""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Opens a page.</summary>
    /// <returns>False when there is no desktop, or when it says that it cannot.</returns>
    public static async Task<bool> OpenAsync(string url, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            using var opener = Process.Start(Opener(url));
            if (opener is not null)
            {
                await opener.WaitForExitAsync(patience.Token);
            }

            // Windows starts nothing when a browser is there already.
            return opener is null || opener.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            // It lives as long as the browser that it has started.
            return true;
        }
    }

    private static ProcessStartInfo Opener(string url) =>
        OperatingSystem.IsWindows() ? new(url) { UseShellExecute = true }
        : OperatingSystem.IsMacOS() ? new("open", [url])
        : new("/bin/sh", ["-c", OpenDetached, url]);
}
