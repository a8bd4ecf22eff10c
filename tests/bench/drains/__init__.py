"""Jobs that drain one filled topic, each in a process of its own: stock Faust, our bare job, our whole job, a plain loop."""
