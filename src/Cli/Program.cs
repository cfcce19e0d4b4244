Console.WriteLine("StyleFarm");
