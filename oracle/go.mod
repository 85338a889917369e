module mapsim/oracle

go 1.18
