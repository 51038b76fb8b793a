Console.WriteLine("messenger");
