"""What `import planner` gives: plans as tables and maps, and the analyses of them."""
