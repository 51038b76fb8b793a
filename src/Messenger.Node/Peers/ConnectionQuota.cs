using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Messenger.Node.Peers;

/// <summary>Counts the open connections of each IP address and drops those beyond the limit before anything is read from them.</summary>
internal sealed class ConnectionQuota(int perAddress)
{
    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    public async Task LimitAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address })
        {
            await next(connection);
            return;
        }

        try
        {
            if (_open.AddOrUpdate(address, 1, (_, open) => open + 1) > perAddress)
            {
                connection.Abort(new ConnectionAbortedException("Too many connections from one address."));
                return;
            }

            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    }

    private void Leave(IPAddress address)
    {
        // Removing only the exact zero leaves a connection that arrives meanwhile counted.
        _open.AddOrUpdate(address, 0, (_, open) => open - 1);
        _open.TryRemove(KeyValuePair.Create(address, 0));
    }
}
