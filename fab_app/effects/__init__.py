"""What happens besides: one class in one file for each ``type`` of effect, found by themselves."""
