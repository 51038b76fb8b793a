using System.Reflection;

namespace Messenger.Node;

/// <summary>The version of this program.</summary>
internal static class NodeVersion
{
    /// <summary>As in the project file, for example <c>0.1.0</c>.</summary>
    public static string Current { get; } =
        typeof(NodeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
