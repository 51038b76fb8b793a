using System.Globalization;
using System.Net;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Cluster;

/// <summary>A second machine, as a network namespace, on a cable that can be pulled. Needs root.</summary>
internal sealed class CutNetwork : IDisposable
{
    private static int networks;
    private readonly int number = (Environment.ProcessId + (37 * Interlocked.Increment(ref networks))) % 250;
    private bool isMade;

    /// <summary>Its name.</summary>
    public string Namespace => $"messenger-cut-{number}";

    /// <summary>This machine on that network.</summary>
    public IPAddress Here => Address(1);

    /// <summary>The other machine.</summary>
    public IPAddress There => Address(2);

    public static CutNetwork Create() => NetworkNamespaces.Built(new CutNetwork(), network => network.Build());

    /// <summary>One more address of this machine.</summary>
    public IPAddress AddHere(int host)
    {
        NetworkNamespaces.Ip($"address add {Address(host)}/24 dev {Cable}");
        return Address(host);
    }

    public void Pull() => NetworkNamespaces.Ip($"-n {Namespace} link set cable down");

    public void PlugIn() => NetworkNamespaces.Ip($"-n {Namespace} link set cable up");

    public void Dispose()
    {
        if (isMade)
        {
            NetworkNamespaces.TryIp($"link delete {Cable}");
            NetworkNamespaces.TryIp($"netns delete {Namespace}");
        }
    }

    private string Cable => string.Create(CultureInfo.InvariantCulture, $"msgcut{number}");

    private IPAddress Address(int host) => new([10, 231, (byte)number, (byte)host]);

    private void Build()
    {
        NetworkNamespaces.Add(Namespace);
        isMade = true;
        NetworkNamespaces.Ip($"link add {Cable} type veth peer name cable netns {Namespace}");
        NetworkNamespaces.Ip($"address add {Here}/24 dev {Cable}");
        NetworkNamespaces.Ip($"link set {Cable} up");
        NetworkNamespaces.Ip($"-n {Namespace} link set lo up");
        NetworkNamespaces.Ip($"-n {Namespace} address add {There}/24 dev cable");
        NetworkNamespaces.Ip($"-n {Namespace} link set cable up");
    }
}
