using Akka.Configuration;
using Akka.Hosting;

namespace Messenger.Actors;

/// <summary>Settings that every actor system of a node has, whatever it stores in.</summary>
public static class ActorSystemConfiguration
{
    /// <summary>Adds hocon/messenger.conf, which is part of this assembly.</summary>
    public static AkkaConfigurationBuilder WithMessengerConfiguration(this AkkaConfigurationBuilder builder)
    {
        using var stream = typeof(ActorSystemConfiguration).Assembly.GetManifestResourceStream("messenger.conf")
            ?? throw new InvalidOperationException("messenger.conf is not part of the assembly.");
        using var reader = new StreamReader(stream);
        return builder.AddHocon(ConfigurationFactory.ParseString(reader.ReadToEnd()), HoconAddMode.Prepend);
    }
}
