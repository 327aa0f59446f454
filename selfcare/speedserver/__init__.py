"""The server side of the capacity test, for an operator to run near its lines: standard library only.

``python -m selfcare.speedserver --address 0.0.0.0 --port 8080``. The program that checks a
connection never imports it.
"""
