"""What the product finds of what was planted. Only here, and in `agents.world.scoring.playing`, is it read what the product says."""
