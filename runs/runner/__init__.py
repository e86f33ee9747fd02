"""The sandbox: a zygote that imports a program once and forks one limited child per request."""
