using Akka.Configuration;
using Akka.Hosting;

namespace Messenger.Actors;

/// <summary>Settings that every actor system of a node has, whatever it stores in.</summary>
public static class ActorSystemConfiguration
{
    /// <summary>Adds hocon/messenger.conf, which is part of this assembly.</summary>
    public static AkkaConfigurationBuilder WithMessengerConfiguration(this AkkaConfigurationBuilder builder) =>
        builder.AddHocon(ConfigurationFactory.ParseString(Read("messenger.conf")), HoconAddMode.Prepend);

    internal static string Read(string name)
    {
        using var stream = typeof(ActorSystemConfiguration).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not part of the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
