"""Pictures as plain functions: values in, cells out. No widget, no clock, no state."""
