"""What the product finds of what was planted. Only here, and in `agents.world.playing`, is it read what the product says."""
