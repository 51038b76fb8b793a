return await Messenger.Node.Commands.MessengerCommand.InvokeAsync(args);
